package unbufferedwrite

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// A fixer makes the fixes of one package. What a fix adds can fail: it goes
// where the failure of the write goes, or leaves the write out. A fix that
// would skip what the function must still do is not offered.
type fixer struct {
	*inscope.Package
	sc *scan
}

func newFixer(sc *scan) *fixer {
	return &fixer{Package: inscope.Of(sc.eff.Pass()), sc: sc}
}

// fixes returns the fixes for v, which is reported at call.
func (fx *fixer) fixes(file *ast.File, v verdict, call *ast.CallExpr) []analysis.SuggestedFix {
	if call == nil {
		return nil
	}
	if v.knob != nil {
		return nil // where a default belongs is for the project to say
	}
	if v.untimed {
		return fx.timeStream(file, call, v.serving != nil)
	}
	switch v.kind {
	case noDeadline, lockedWrite:
		if v.site.knob != nil {
			return nil // the setting wants a default, wherever that belongs
		}
		return fx.giveDeadlines(file, v)
	case sibling:
		if v.covered != nil {
			return fx.giveDeadlines(file, v)
		}
		return fx.bareWays(file, v)
	case noDrain:
		return fx.drain(file, v, call)
	case stream:
		return fx.timeStream(file, call, false)
	case neverReads:
		return fx.readAlong(file, v, call)
	}
	return nil
}

// giveDeadlines sets a deadline before the write of v and before those that
// go with it in the same function.
func (fx *fixer) giveDeadlines(file *ast.File, v verdict) []analysis.SuggestedFix {
	a := &inscope.Edits{}
	all := append([]*site{v.site}, v.also...)
	for _, s := range all {
		if slices.ContainsFunc(all, func(t *site) bool { return fx.sc.sameRound(t, s) }) {
			continue // one deadline for what follows at once
		}
		if fx.sc.rep.File(s.call.Pos()) != file || !fx.setBefore(a, file, v, s) {
			return nil
		}
	}
	return a.As("set a write deadline")
}

// sameRound reports whether s is only reached through t, in the same round of
// the loop around both, and writes to the same connection.
func (sc *scan) sameRound(t, s *site) bool {
	forest := sc.finder.Forest(s.fn())
	return t != s && t.fn() == s.fn() && t.sink.On.Meets(s.sink.On) && flowgraph.Dominates(t.call, s.call) &&
		forest.Innermost(t.call.Block()) == forest.Innermost(s.call.Block())
}

// setBefore adds the edits that give the write s a deadline.
func (fx *fixer) setBefore(a *inscope.Edits, file *ast.File, v verdict, s *site) bool {
	call := callAt(file, s.call.Pos())
	if call == nil {
		return false
	}
	p, ok := fx.At(file, call)
	if !ok || !p.Once(call) {
		return false
	}
	conn := fx.connAt(p, s, call)
	if conn == "" {
		conn = fx.siblingConn(p, v, s)
	}
	if conn == "" {
		return false
	}
	tm, imports, ok := p.Import("time")
	if !ok {
		return false
	}
	until := fx.siblingTime(p, v, call)
	var decl inscope.Edits
	if until == "" {
		until = tm + ".Now().Add(" + writeLimit.Constant(p, &decl, tm) + ")"
	}
	free := v.over == "" && !fx.sc.inAcceptLoop(s) && fx.sc.freeToLeave(s)
	if !p.Guard(a, call, conn+".SetWriteDeadline("+until+")", free) {
		return false
	}
	a.AddAll(decl.List, !decl.Failed)
	a.AddAll(imports, true)
	return true
}

// siblingTime returns the time that the covered sibling's deadline is set to,
// "" where it means something else at p.
func (fx *fixer) siblingTime(p *inscope.Point, v verdict, at *ast.CallExpr) string {
	if v.covered == nil || v.set == nil {
		return ""
	}
	file := fx.sc.rep.File(v.set.Pos())
	if file == nil {
		return ""
	}
	call := callAt(file, v.set.Pos())
	sel, ok := (*ast.SelectorExpr)(nil), false
	if call != nil {
		sel, ok = ast.Unparen(call.Fun).(*ast.SelectorExpr)
	}
	if !ok || sel.Sel.Name != "SetWriteDeadline" || len(call.Args) != 1 || !p.Evaluable(call.Args[0], at.Pos()) {
		return ""
	}
	return types.ExprString(call.Args[0])
}

// connAt returns an expression for the connection that s writes to, at p.
func (fx *fixer) connAt(p *inscope.Point, s *site, call *ast.CallExpr) string {
	e := writtenExpr(s, call)
	if e == nil {
		return ""
	}
	if t := p.Info().TypeOf(e); t != nil && hasMethod(t, "SetWriteDeadline") && inscope.IsPath(e) {
		return types.ExprString(e)
	}
	if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok && inscope.IsPath(sel.X) {
		if f := fx.connField(p.Info().TypeOf(sel.X), s); f != "" {
			return types.ExprString(sel.X) + "." + f
		}
	}
	for _, prm := range s.fn().Params {
		obj := prm.Object()
		if obj == nil || !p.Visible(obj, call.Pos()) || obj.Name() == "_" {
			continue
		}
		if s.sink.On[prm] && hasMethod(prm.Type(), "SetWriteDeadline") {
			return obj.Name()
		}
	}
	if name := fx.captured(p, s); name != "" {
		return name
	}
	if recv := s.fn().Signature.Recv(); recv != nil && p.Visible(recv, call.Pos()) {
		if f := fx.connField(recv.Type(), s); f != "" {
			return recv.Name() + "." + f
		}
	}
	return ""
}

// captured returns the only variable of the functions around s that its literal
// has and that is a connection of s.
func (fx *fixer) captured(p *inscope.Point, s *site) (name string) {
	for _, v := range s.fn().FreeVars {
		t := v.Type()
		if ptr, ok := t.Underlying().(*types.Pointer); ok && !hasMethod(t, "SetWriteDeadline") {
			t = ptr.Elem()
		}
		if !hasMethod(t, "SetWriteDeadline") || !fx.sc.x.PlaceOf(v).Meets(s.sink.On) && !fx.sc.x.Origins(v).Meets(s.sink.On) {
			continue
		}
		_, obj := p.Pkg.Pass.Pkg.Scope().Innermost(p.Stmt.Pos()).LookupParent(v.Name(), p.Stmt.Pos())
		if name != "" || obj == nil || obj.Type() == nil || !types.Identical(obj.Type(), t) {
			return ""
		}
		name = v.Name()
	}
	return name
}

// connField returns the only field of struct t that has a connection of s,
// "" for none or several.
func (fx *fixer) connField(t types.Type, s *site) (name string) {
	if t == nil {
		return ""
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for f := range st.Fields() {
		meets := s.sink.On[f.Origin()]
		for _, v := range fx.sc.x.FieldStores(f) {
			meets = meets || fx.sc.x.Origins(v).Meets(s.sink.On)
		}
		if meets && hasMethod(f.Type(), "SetWriteDeadline") {
			if name != "" {
				return ""
			}
			name = f.Name()
		}
	}
	return name
}

// writtenExpr returns the receiver or argument of call that s writes to.
func writtenExpr(s *site, call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && recvOf(s.call) == s.to {
		return sel.X
	}
	for n, a := range call.Args {
		if argOf(s.call, n) == s.to {
			return a
		}
	}
	return nil
}
