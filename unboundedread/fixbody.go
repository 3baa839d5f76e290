package unboundedread

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// maxBytes limits the body of the request, before it is read or wrapped, with
// the server's own ResponseWriter where that is in reach, so that the
// connection is closed as well. Without one the read fails all the same.
func (s *site) maxBytes() []analysis.SuggestedFix {
	ignored, isIgnored := s.ignoresError()
	if !isIgnored && !s.handlesError() {
		return nil
	}
	at, req := s.Point, s.requestIn(s.call)
	if req == nil {
		at, req = s.whereMade()
	}
	if req == nil {
		at, req = s.Point, s.requestOf()
	}
	if req == nil || at == nil || outermostLoop(at.Path) != nil {
		return nil
	}
	if !at.Evaluable(req.expr, at.Stmt.Pos()) {
		return nil
	}
	pkg, imports, ok := at.Import(req.pkg.Name())
	if !ok {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Body", "1 << 20")
	a.AddAll(imports, true)
	body := req.text + ".Body"
	a.Add(s.Src.Before(at.Stmt, fmt.Sprintf("%s = %s.MaxBytesReader(%s, %s, %s)", body, pkg, s.answerer(req), body, limit)))
	if isIgnored && !s.answerTooLarge(&a, ignored, pkg, req.pkg) {
		return nil
	}
	return a.As("limit the request's body")
}

// ignoresError reports whether the statement is the call alone, and nothing
// looks at the error that is all it returns. before is what stands in front.
func (s *site) ignoresError() (before analysis.TextEdit, ok bool) {
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		ok = len(st.Lhs) == 1 && blank(st.Lhs[0]) && ast.Unparen(st.Rhs[0]) == s.call
	case *ast.ExprStmt:
		ok = ast.Unparen(st.X) == s.call
	}
	before = analysis.TextEdit{Pos: s.Stmt.Pos(), End: s.call.Pos()}
	return before, ok && inscope.IsErrorType(s.Info().TypeOf(s.call))
}

// answerTooLarge has the code look at the error for this one reason, and
// answer that the body was too large. http is what the file calls the package.
func (s *site) answerTooLarge(a *inscope.Edits, before analysis.TextEdit, http string, pkg *types.Package) bool {
	errs, imports, ok := s.Import("errors")
	if !ok || pkg.Scope().Lookup("MaxBytesError") == nil {
		return false
	}
	if w, _ := s.ResponseWriter(s.Stmt); w == "" {
		return false
	}
	lines, ok := s.refuse(a, "")
	if !ok || !s.mayLeave() {
		return false
	}
	a.AddAll(imports, true)
	err := s.inHeader("err", "readErr")
	before.NewText = []byte("if " + err + " := ")
	a.Add(before, true)
	text := "; " + errs + ".As(" + err + ", new(*" + http + ".MaxBytesError)) {" + s.below(lines) + "}"
	a.Add(analysis.TextEdit{Pos: s.call.End(), End: s.call.End(), NewText: []byte(text)}, true)
	return true
}

// A request is an expression for one in the source.
type request struct {
	text string
	expr ast.Expr       // what of it must mean the same elsewhere
	pkg  *types.Package // of the type
}

// requestIn returns r where n reads r.Body.
func (s *site) requestIn(n ast.Node) (req *request) {
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Body" {
			if pkg := requestType(s.Info().TypeOf(sel.X)); pkg != nil && repeatable(sel.X) {
				req = &request{s.Src.Node(sel.X), sel.X, pkg}
			}
		}
		return true
	})
	return req
}

// requestOf returns the request that the value has which the method is called
// on: the context of a framework.
func (s *site) requestOf() *request {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok || !repeatable(sel.X) {
		return nil
	}
	var req *request
	name := s.member(sel.X, func(t types.Type) bool {
		pkg := requestType(t)
		if pkg != nil {
			req = &request{expr: sel.X, pkg: pkg}
		}
		return pkg != nil
	})
	if name == "" {
		return nil
	}
	req.text = s.Src.Node(sel.X) + "." + name
	return req
}

// whereMade returns the request whose body is read, and the statement that
// does so, where that is the one that makes the variable which the call reads
// from: d := json.NewDecoder(r.Body).
func (s *site) whereMade() (*inscope.Point, *request) {
	exprs := s.call.Args
	if sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr); ok {
		exprs = append(exprs[:len(exprs):len(exprs)], sel.X)
	}
	for _, e := range exprs {
		made := s.madeBy(e)
		if made == nil {
			continue
		}
		if req := s.requestIn(made.Rhs[0]); req != nil {
			if p, ok := s.fx.At(s.file, made); ok && p.Stmt == made && p.Body == s.Body {
				return p, req
			}
		}
	}
	return nil, nil
}

// madeBy returns the statement that declares the variable e, if nothing else
// is ever assigned to it.
func (s *site) madeBy(e ast.Expr) (made *ast.AssignStmt) {
	obj := s.Object(e)
	if obj == nil || !inscope.Contains(s.Body, obj.Pos()) {
		return nil
	}
	once := true
	ast.Inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if s.Object(l) != obj {
					continue
				}
				once = once && made == nil && len(n.Rhs) == 1
				made = n
			}
		case *ast.UnaryExpr:
			once = once && s.Object(n.X) != obj
		}
		return once
	})
	if !once {
		return nil
	}
	return made
}

// answerer returns the expression for what the request is answered through,
// "nil" where there is none in reach.
func (s *site) answerer(req *request) string {
	w, ok := req.pkg.Scope().Lookup("ResponseWriter").(*types.TypeName)
	if !ok {
		return "nil"
	}
	i, ok := w.Type().Underlying().(*types.Interface)
	if !ok {
		return "nil"
	}
	answers := func(t types.Type) bool { return types.Implements(t, i) }
	if name := s.writer(answers); name != "" {
		return name
	}
	root := req.expr
	for {
		switch e := ast.Unparen(root).(type) {
		case *ast.SelectorExpr:
			root = e.X
			continue
		case *ast.CallExpr:
			root = e.Fun
			continue
		case *ast.Ident:
			if name := s.member(e, answers); name != "" {
				return e.Name + "." + name
			}
		}
		return "nil"
	}
}

// member returns the exported field of the value e, or its method without
// arguments, whose type is one asked for: "Request" or "Request()". It returns
// "" for none.
func (s *site) member(e ast.Expr, is func(types.Type) bool) string {
	t := s.Info().TypeOf(e)
	if t == nil {
		return ""
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if st, ok := p.Elem().Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				if f.Exported() && !f.Embedded() && is(f.Type()) {
					return f.Name()
				}
			}
		}
	}
	ms := types.NewMethodSet(t)
	for i := range ms.Len() {
		m, ok := ms.At(i).Obj().(*types.Func)
		if !ok || !m.Exported() {
			continue
		}
		sig := m.Signature()
		if sig.Params().Len() == 0 && sig.Results().Len() == 1 && is(sig.Results().At(0).Type()) {
			return m.Name() + "()"
		}
	}
	return ""
}

// requestType returns the package of t if that is a request of the standard
// library that a server got, nil otherwise.
func requestType(t types.Type) *types.Package {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return nil
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !apimodel.Standard(n.Obj().Pkg().Path()) {
		return nil
	}
	if k, known := apimodel.KnobOf(t, "Body"); !known || k.Unit != apimodel.Request {
		return nil
	}
	return n.Obj().Pkg()
}

// writer returns the parameter of the function through which the request is
// answered, "" for none.
func (s *site) writer(answers func(types.Type) bool) string {
	for _, f := range s.Type.Params.List {
		for _, n := range f.Names {
			obj := s.Info().Defs[n]
			if n.Name == "_" || obj == nil || !s.Visible(obj, s.Stmt.Pos()) {
				continue
			}
			if s.IsClass(n, apimodel.HandlerParam) && (answers == nil || types.IsInterface(obj.Type()) && answers(obj.Type())) {
				return n.Name
			}
		}
	}
	return ""
}

// repeatable reports whether e means the same when it is evaluated twice:
// names, their fields, and what a method called Request returns.
func repeatable(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return repeatable(e.X)
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		return ok && len(e.Args) == 0 && sel.Sel.Name == "Request" && repeatable(sel.X)
	}
	return false
}
