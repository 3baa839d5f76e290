package semwait

import (
	"go/ast"
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
	return sameButContext(fn.Signature(), with.Signature())
}

// tryGroup has a handler try to start its goroutine, and refuse when the
// group is full.
func (c *checker) tryGroup(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	call := callAt(path, f.pos)
	if call == nil || !c.leavable(f) {
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

// endingForm has a method that waits be the one of the same type that takes the
// same slot and ends with a context.
func (c *checker) endingForm(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	call := callAt(path, f.pos)
	if call == nil || f.acquire == nil {
		return nil
	}
	p, ok := c.scope.At(file, call)
	if !ok {
		return nil
	}
	st, ok := p.Stmt.(*ast.ExprStmt)
	sel, isMethod := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !isMethod || ast.Unparen(st.X) != call || p.Src.Line(st.Pos()) != p.Src.Line(st.End()) || !slices.Contains(p.List, p.Stmt) {
		return nil
	}
	fn, ok := p.Info().Uses[sel.Sel].(*types.Func)
	name, isRequest := p.ContextAt(st.Pos())
	if !ok || name == "" {
		return nil
	}
	form := c.withContext(fn, p.Info().TypeOf(sel.X))
	leave, ok := p.ReturnWith("err")
	if form == "" || !ok || leave == "return" && !isRequest {
		return nil
	}
	if isRequest {
		name += ".Context()"
	}
	arg := name
	if len(call.Args) > 0 {
		arg += ", "
	}
	text := p.Src.Text(st.Pos(), sel.Sel.Pos()) + form + "(" + arg + p.Src.Text(call.Lparen+1, st.End())
	var es inscope.Edits
	es.Add(p.Src.ReplaceLines(st, "if err := "+text+"; err != nil {", "\t"+leave, "}"))
	return es.As("wait until " + name + " ends")
}

// withContext returns the name of the only method of recv that is fn with a
// context before the other parameters and an error for a result, and takes the
// slot that fn does; "" for none.
func (c *checker) withContext(fn *types.Func, recv types.Type) string {
	if recv == nil || types.IsInterface(recv) {
		return ""
	}
	found := ""
	for m := range types.NewMethodSet(pointerTo(recv)).Methods() {
		with, ok := m.Obj().(*types.Func)
		if !ok || !with.Exported() && with.Pkg() != c.pass.Pkg || !sameButContext(fn.Signature(), with.Signature()) {
			continue
		}
		rs := with.Signature().Results()
		if rs.Len() != 1 || !isErrorType(rs.At(0).Type()) || !c.eff.EndsToo(fn, with) {
			continue
		}
		if found != "" {
			return ""
		}
		found = with.Name()
	}
	return found
}

func pointerTo(t types.Type) types.Type {
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return t
	}
	return types.NewPointer(t)
}

// sameButContext reports whether b has the parameters of a behind a context.
func sameButContext(a, b *types.Signature) bool {
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
