package unbufferedwrite

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// bareWays sets a deadline before the calls that lead to the write of v without
// one. Where the write itself would set it, it would be longer, or shorter, than
// what the other callers have decided.
func (fx *fixer) bareWays(file *ast.File, v verdict) []analysis.SuggestedFix {
	a := &inscope.Edits{}
	f := v.site.fn()
	if fx.sc.writesBare(v.site) {
		return nil // its writes would end with that deadline, or before
	}
	for _, call := range fx.sc.callers(f) {
		w := fx.sc.stall.Before(call, v.site.sink)
		switch {
		case !w.Bare && !w.Handler && !w.Unknown:
			continue
		case w.Covered || !w.Bare || fx.sc.rep.File(call.Pos()) != file || !fx.setBeforeCall(a, file, v, call):
			return nil
		}
	}
	if len(a.List) == 0 {
		return nil
	}
	return a.As("set a write deadline on the way that has none")
}

// writesBare reports whether another write to the connection of s has no
// deadline on some way.
func (sc *scan) writesBare(s *site) bool {
	for _, t := range sc.sites {
		if t.fn() != s.fn() && t.sink.On.Meets(s.sink.On) && t.sink.Deadlines() {
			if w := sc.stall.Before(t.call, t.sink); w.Bare {
				return true
			}
		}
	}
	return false
}

// setBeforeCall adds the edits that give the connection of v a deadline before
// the call, which is handed it.
func (fx *fixer) setBeforeCall(a *inscope.Edits, file *ast.File, v verdict, up ssa.CallInstruction) bool {
	call := callAt(file, up.Pos())
	if call == nil {
		return false
	}
	p, ok := fx.At(file, call)
	if !ok || !p.Once(call) || p.Alone() && closes(v.site.fn()) {
		return false
	}
	conn := ""
	for n, e := range call.Args {
		t := p.Info().TypeOf(e)
		if arg := argOf(up, n); arg != nil && t != nil && hasMethod(t, "SetWriteDeadline") && inscope.IsPath(e) && fx.sc.x.Origins(arg).Meets(v.site.sink.On) {
			conn = types.ExprString(e)
		}
	}
	tm, imports, ok := p.Import("time")
	if conn == "" || !ok {
		return false
	}
	var decl inscope.Edits
	until := tm + ".Now().Add(" + writeLimit.Constant(p, &decl, tm) + ")"
	at := &site{call: up, sink: v.site.sink}
	free := !fx.sc.inAcceptLoop(at) && fx.sc.freeToLeave(at)
	if !p.Guard(a, call, conn+".SetWriteDeadline("+until+")", free) {
		return false
	}
	a.AddAll(decl.List, !decl.Failed)
	a.AddAll(imports, true)
	return true
}

// closes reports whether f closes something: leaving out a call of it would
// leave that open.
func closes(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if fn := valueflow.Callee(call); fn != nil && fn.Name() == "Close" {
					return true
				}
			}
		}
	}
	return false
}

// siblingConn returns what the sibling of v sets its deadline on, where that is
// a method or field of the receiver that both share.
func (fx *fixer) siblingConn(p *inscope.Point, v verdict, s *site) string {
	if v.covered == nil || v.set == nil {
		return ""
	}
	file := fx.sc.rep.File(v.set.Pos())
	if file == nil {
		return ""
	}
	call := callAt(file, v.set.Pos())
	if call == nil {
		return ""
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	theirs, ours := declared(v.set.Parent()).Signature.Recv(), declared(s.fn()).Signature.Recv()
	if !ok || !inscope.IsPath(sel.X) || theirs == nil || ours == nil || !types.Identical(theirs.Type(), ours.Type()) {
		return ""
	}
	if t := p.Info().TypeOf(sel.X); t == nil || !hasMethod(t, "SetWriteDeadline") {
		return ""
	}
	root := sel.X
	for {
		inner, ok := root.(*ast.SelectorExpr)
		if !ok {
			break
		}
		root = inner.X
	}
	if p.Object(root) != theirs || !p.Visible(ours, p.Stmt.Pos()) {
		return ""
	}
	return ours.Name() + types.ExprString(sel.X)[len(theirs.Name()):]
}
