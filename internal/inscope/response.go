package inscope

import (
	"go/ast"
	"go/types"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// ResponseWriter returns the parameter of the function through which an
// HTTP request is answered, "" where there is none, where the function returns
// something, or where something may have been answered before at. pkg is what the file calls
// net/http.
func (p *Point) ResponseWriter(at ast.Stmt) (w, pkg string) {
	if !p.ReturnsNothing() {
		return "", ""
	}
	for _, f := range p.Type.Params.List {
		for _, n := range f.Names {
			obj := p.Info().Defs[n]
			if n.Name == "_" || obj == nil {
				continue
			}
			pkg := p.httpName(obj.Type())
			if pkg != "" && p.Visible(obj, at.Pos()) && !p.answered(obj, at) {
				return n.Name, pkg
			}
		}
	}
	return "", ""
}

// httpName returns the name that the file has for net/http if t is its
// ResponseWriter, "" otherwise.
func (p *Point) httpName(t types.Type) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !apimodel.IsClass(t, apimodel.HandlerParam) || n.Obj().Name() != "ResponseWriter" {
		return ""
	}
	if n.Obj().Pkg().Scope().Lookup("StatusServiceUnavailable") == nil {
		return "" // another protocol's
	}
	for _, spec := range p.Src.Syntax.Imports {
		if obj := p.Info().PkgNameOf(spec); obj != nil && obj.Imported() == n.Obj().Pkg() && p.Visible(obj, p.Stmt.Pos()) {
			return obj.Name()
		}
	}
	return ""
}

// AnswerBusy returns the lines that refuse the request behind w.
func AnswerBusy(w, pkg string) []string {
	return []string{
		"\t" + w + ".Header().Set(\"Retry-After\", \"1\")",
		"\t" + pkg + ".Error(" + w + ", " + pkg + ".StatusText(" + pkg + ".StatusServiceUnavailable), " + pkg + ".StatusServiceUnavailable)",
		"\treturn",
	}
}

// answered reports whether w is used before at, other than in a branch that
// returns, to set a header, or to limit what is read.
func (p *Point) answered(w types.Object, at ast.Stmt) bool {
	found := false
	ast.Inspect(p.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.End() < at.Pos() && LeavesBlock(n.Body) && n.Else == nil && !Mentions(p, n.Cond, w) {
				return false
			}
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Header" && p.Object(sel.X) == w {
				return false
			}
			if p.limitsRead(n) {
				return false
			}
		case *ast.Ident:
			if p.Info().Uses[n] == w && n.Pos() < at.Pos() {
				found = true
			}
		}
		return !found
	})
	return found
}

// limitsRead reports whether the call limits what is read: it takes the writer
// to close the connection behind it.
func (p *Point) limitsRead(c *ast.CallExpr) bool {
	sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, _ := p.Info().Uses[sel.Sel].(*types.Func)
	_, limits := apimodel.Find(fn, apimodel.LimitRead)
	return limits
}

// Mentions reports whether n uses obj.
func Mentions(p *Point, n ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && p.Info().Uses[id] == obj
		return !found
	})
	return found
}
