package unbufferedwrite

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// guard adds set before the statement of the write, in the form that fits:
// the write is left out where the deadline cannot be set and nobody asks for
// its error, else the error goes the way of the write's.
func (fx *fixer) guard(a *inscope.Edits, p *inscope.Point, v verdict, s *site, call *ast.CallExpr, set string) bool {
	test := "if err := " + set + "; err != nil {"
	if st, ok := p.Stmt.(*ast.ExprStmt); ok {
		a.Add(p.Src.Before(st, strings.Replace(test, "!=", "==", 1)))
		a.AddAll(p.Src.Shift(st, true))
		a.Add(p.Src.After(st, "}"))
		return true
	}
	if lines, ok := fx.handler(p); ok {
		if inscope.LeavesBlock(p.Stmt.(*ast.IfStmt).Body) {
			a.Add(p.Src.Before(p.Stmt, append(append([]string{test}, lines...), "}")...))
			return true
		}
		// if _, err := c.Write(msg); err != nil {
		//~ if err := c.SetWriteDeadline(until); err != nil { ... } else
		if in := p.Src.Indent(p.Stmt.Pos()); p.Src.StartsLine(p.Stmt.Pos()) {
			text := test + "\n"
			for _, l := range lines {
				if l != "" {
					l = in + l
				}
				text += l + "\n"
			}
			a.Add(analysis.TextEdit{Pos: p.Stmt.Pos(), End: p.Stmt.Pos(), NewText: []byte(text + in + "} else ")}, true)
			return true
		}
		return false
	}
	if st, ok := p.Stmt.(*ast.IfStmt); ok && st.Init == nil {
		// if c.WriteMessage(kind, msg) != nil {
		//    ~ c.SetWriteDeadline(until) != nil ||
		if b, ok := st.Cond.(*ast.BinaryExpr); ok && b.Op == token.NEQ && ast.Unparen(b.X) == call {
			a.Add(analysis.TextEdit{Pos: st.Cond.Pos(), End: st.Cond.Pos(), NewText: []byte(set + " != nil || ")}, true)
			return true
		}
	}
	if v.over != "" || fx.sc.inAcceptLoop(s) || !fx.sc.freeToLeave(s) {
		return false
	}
	ret, ok := p.ReturnWith("err")
	if !ok || ret == "return" {
		return false
	}
	a.Add(p.Src.Before(p.Stmt, test, "\t"+ret, "}"))
	return true
}

// handler returns what the statement at p does when its write fails, if that
// is short, needs nothing but the error and nothing else is done when the
// write succeeds.
func (fx *fixer) handler(p *inscope.Point) (lines []string, ok bool) {
	st, isIf := p.Stmt.(*ast.IfStmt)
	if !isIf || st.Init == nil || st.Else != nil || len(st.Body.List) > 3 {
		return nil, false
	}
	as, isAssign := st.Init.(*ast.AssignStmt)
	cond, isTest := st.Cond.(*ast.BinaryExpr)
	if !isAssign || !isTest || cond.Op != token.NEQ {
		return nil, false
	}
	id, isIdent := as.Lhs[len(as.Lhs)-1].(*ast.Ident)
	x, isTested := cond.X.(*ast.Ident)
	if !isIdent || !isTested || id.Name != "err" || x.Name != "err" {
		return nil, false
	}
	for n, l := range as.Lhs {
		if other, ok := l.(*ast.Ident); n < len(as.Lhs)-1 && (!ok || other.Name != "_") {
			return nil, false
		}
	}
	for _, b := range st.Body.List {
		ls, ok := p.Src.Lines(b, false)
		if _, labels := b.(*ast.LabeledStmt); !ok || labels {
			return nil, false
		}
		for _, l := range ls {
			if l != "" {
				l = "\t" + l
			}
			lines = append(lines, l)
		}
	}
	return lines, true
}

// freeToLeave reports whether the function may return at s: no lock is held
// that only later code unlocks.
func (sc *scan) freeToLeave(s *site) bool {
	for _, h := range sc.heldAt(s.call) {
		place, deferred := sc.x.PlaceOf(h.addr), false
		for _, b := range s.fn().Blocks {
			for _, i := range b.Instrs {
				if d, ok := i.(*ssa.Defer); ok {
					a, locks, ok := lockAt(d)
					deferred = deferred || ok && !locks && sc.x.PlaceOf(a).Meets(place)
				}
			}
		}
		if !deferred {
			return false
		}
	}
	return true
}
