package semwait

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// minded reports whether the error of the call in p's statement is looked at
// right away.
func minded(p *inscope.Point) bool {
	switch st := p.Stmt.(type) {
	case *ast.IfStmt:
		return true
	case *ast.AssignStmt:
		err, ok := st.Lhs[len(st.Lhs)-1].(*ast.Ident)
		n := slices.Index(p.List, p.Stmt)
		if !ok || err.Name == "_" || n < 0 || n+1 == len(p.List) {
			return false
		}
		next, ok := p.List[n+1].(*ast.IfStmt)
		obj := p.Object(err)
		return ok && obj != nil && next.Init == nil && inscope.Mentions(p, next.Cond, obj)
	}
	return false
}

// contextForm has the call take the context in reach, in the form of the
// method that does: QueryContext for Query.
func (c *checker) contextForm(p *inscope.Point, call *ast.CallExpr, ctx string) []analysis.SuggestedFix {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	fn, ok := p.Info().Uses[sel.Sel].(*types.Func)
	if !ok || !c.takesContextToo(fn, p.Info().TypeOf(sel.X)) {
		return nil
	}
	arg := ctx
	if len(call.Args) > 0 {
		arg += ", "
	}
	return []analysis.SuggestedFix{{
		Message: "wait until " + ctx + " ends",
		TextEdits: []analysis.TextEdit{
			{Pos: sel.Sel.End(), End: sel.Sel.End(), NewText: []byte("Context")},
			{Pos: call.Lparen + 1, End: call.Lparen + 1, NewText: []byte(arg)},
		},
	}}
}

// takesContextToo reports whether recv has a method that is fn with a context
// before the other parameters.
func (c *checker) takesContextToo(fn *types.Func, recv types.Type) bool {
	if recv == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(recv, true, c.pass.Pkg, fn.Name()+"Context")
	with, ok := obj.(*types.Func)
	if !ok || !types.Identical(with.Signature().Results(), fn.Signature().Results()) {
		return false
	}
	a, b := fn.Signature(), with.Signature()
	if a.Variadic() != b.Variadic() || b.Params().Len() != a.Params().Len()+1 || !isContext(b.Params().At(0).Type()) {
		return false
	}
	for n := range a.Params().Len() {
		if !types.Identical(a.Params().At(n).Type(), b.Params().At(n+1).Type()) {
			return false
		}
	}
	return true
}

// tryGroup has a handler try to start its goroutine, and refuse when the
// group is full.
func (c *checker) tryGroup(file *ast.File, path []ast.Node, pos token.Pos) []analysis.SuggestedFix {
	call := callAt(path, pos)
	if call == nil {
		return nil
	}
	p, ok := c.scope.At(file, call)
	if !ok || !slices.Contains(p.List, p.Stmt) || !p.Src.StartsLine(p.Stmt.Pos()) {
		return nil
	}
	st, ok := p.Stmt.(*ast.ExprStmt)
	sel, isMethod := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !isMethod || st.X != call || !c.canTry(p, sel) {
		return nil
	}
	w, pkg := p.ResponseWriter(st)
	if w == "" {
		return nil
	}
	text := p.Src.Text(st.Pos(), sel.Sel.Pos()) + "Try" + p.Src.Text(sel.Sel.Pos(), st.End())
	var es inscope.Edits
	es.Add(p.Src.ReplaceLines(st, append(append([]string{"if !" + text + " {"}, inscope.AnswerBusy(w, pkg)...), "}")...))
	return es.As("answer 503 when the group is full")
}

// canTry reports whether there is a method that is the one of sel and says
// no instead of waiting.
func (c *checker) canTry(p *inscope.Point, sel *ast.SelectorExpr) bool {
	fn, ok := p.Info().Uses[sel.Sel].(*types.Func)
	recv := p.Info().TypeOf(sel.X)
	if !ok || recv == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(recv, true, c.pass.Pkg, "Try"+fn.Name())
	try, ok := obj.(*types.Func)
	return ok && types.Identical(try.Signature().Params(), fn.Signature().Params()) &&
		try.Signature().Results().Len() == 1 && isBool(try.Signature().Results().At(0).Type())
}
