package unbufferedwrite

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// timeStream gives each round of a streaming handler a deadline, through a
// ResponseController. Where the response has none (TimeoutHandler, a wrapper
// without Unwrap) the handler goes on as before. A handler that answers once
// gets it before the statement that does.
func (fx *fixer) timeStream(file *ast.File, call *ast.CallExpr, once bool) []analysis.SuggestedFix {
	p, ok := fx.At(file, call)
	if !ok || !p.ReturnsNothing() {
		return nil
	}
	w := fx.responseParam(p)
	if w == nil {
		return nil
	}
	http := fx.qualifier(file, w)
	if http == "" {
		return nil
	}
	// The first statement beside the flush that writes: the flush of a full
	// buffer begins there.
	at := p.Stmt
	for _, st := range p.List {
		if st.Pos() >= p.Stmt.Pos() {
			break
		}
		if _, plain := st.(*ast.ExprStmt); inscope.Mentions(p, st, w) && (plain || !once) {
			at = st
			break
		}
	}
	a := &inscope.Edits{}
	tm, imports, ok := p.Import("time")
	if !ok {
		return nil
	}
	a.AddAll(imports, true)
	es, imports, ok := p.Import("errors")
	if !ok {
		return nil
	}
	a.AddAll(imports, true)
	if !p.Visible(w, at.Pos()) {
		return nil
	}
	limit := writeLimit.Constant(p, a, tm)
	a.Add(p.Src.Before(at,
		"if err := "+http+".NewResponseController("+w.Name()+").SetWriteDeadline("+tm+".Now().Add("+limit+")); err != nil && !"+es+".Is(err, "+http+".ErrNotSupported) {",
		"\treturn", "}"))
	if once {
		return a.As("set a write deadline for the answer")
	}
	return a.As("set a write deadline for each round")
}

// responseParam returns the parameter of the function around p that answers
// the request.
func (fx *fixer) responseParam(p *inscope.Point) *types.Var {
	for _, f := range p.Type.Params.List {
		for _, name := range f.Names {
			v, ok := p.Object(name).(*types.Var)
			if !ok || !types.IsInterface(v.Type()) || !hasMethod(v.Type(), "WriteHeader") {
				continue
			}
			if n, ok := types.Unalias(v.Type()).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Name() == "ResponseWriter" {
				return v
			}
		}
	}
	return nil
}

// qualifier returns what the file calls the package of w's type.
func (fx *fixer) qualifier(file *ast.File, w *types.Var) string {
	n, ok := types.Unalias(w.Type()).(*types.Named)
	if !ok || n.Obj().Pkg().Scope().Lookup("NewResponseController") == nil {
		return ""
	}
	name := ""
	ast.Inspect(file, func(nd ast.Node) bool {
		if sel, ok := nd.(*ast.SelectorExpr); ok && name == "" {
			if id, ok := sel.X.(*ast.Ident); ok {
				if pn, ok := fx.Pass.TypesInfo.Uses[id].(*types.PkgName); ok && pn.Imported() == n.Obj().Pkg() {
					name = id.Name
				}
			}
		}
		return name == ""
	})
	return name
}

// readAlong reads the websocket of v in a goroutine that ends with it.
func (fx *fixer) readAlong(file *ast.File, v verdict, call *ast.CallExpr) []analysis.SuggestedFix {
	e := writtenExpr(v.site, call)
	if e == nil || !inscope.IsPath(e) {
		return nil
	}
	t := fx.Pass.TypesInfo.TypeOf(e)
	if t == nil || !hasMethod(t, "NextReader") {
		return nil
	}
	loop := outermostLoop(file, call)
	if loop == nil {
		return nil
	}
	p, ok := fx.At(file, loop)
	if !ok || p.Stmt != loop || !p.Evaluable(e, loop.Pos()) {
		return nil
	}
	c := types.ExprString(e)
	a := &inscope.Edits{}
	a.Add(p.Src.Before(loop,
		"go func() {",
		"\t// Pings and closes come in with reads. Closing the connection ends",
		"\t// the writes.",
		"\tdefer "+c+".Close()",
		"\tfor {",
		"\t\tif _, _, err := "+c+".NextReader(); err != nil {",
		"\t\t\treturn",
		"\t\t}",
		"\t}",
		"}()"))
	return a.As("read the websocket in a goroutine")
}

// outermostLoop returns the outermost loop around call in its function.
func outermostLoop(file *ast.File, call *ast.CallExpr) (loop ast.Stmt) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || call.Pos() < n.Pos() || n.End() <= call.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			loop = nil
		case *ast.ForStmt:
			if loop == nil && inscope.Contains(n.Body, call.Pos()) {
				loop = n
			}
		case *ast.RangeStmt:
			if loop == nil && inscope.Contains(n.Body, call.Pos()) {
				loop = n
			}
		}
		return true
	})
	return loop
}
