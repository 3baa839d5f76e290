package unboundedgo

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// An overfull is select { case q <- x: default: go f(x) }.
type overfull struct {
	sel  *ast.SelectStmt
	send *ast.CommClause // the arm that sends
	dflt *ast.CommClause // the arm that spawns and does nothing else
}

// stopOverflow replaces what is done when the queue is full: wait, or refuse.
// Where only the goroutines started there empty the queue, their number is
// bounded instead.
func (s *site) stopOverflow() []analysis.SuggestedFix {
	o, ok := s.overfull()
	if !ok {
		return nil
	}
	send := o.send.Comm.(*ast.SendStmt)
	name := s.Src.Node(send.Chan)
	var fs []analysis.SuggestedFix
	if !s.emptiedByOthers() {
		if a, ok := s.boundOverflow(o, send); ok {
			return a.As("wait for " + name + " or a slot")
		}
		return nil
	}
	if a, ok := s.waitInLine(o, send); ok {
		fs = a.As("wait while " + name + " is full")
	}
	if s.v.driver.Kind == loops.Handles && s.v.driver.Who != peer.Peer {
		return fs // whoever calls has no way to be told
	}
	if lines, verb, ok := s.giveUp(); ok {
		for i := range lines {
			lines[i] = lines[i][1:] // in the arm that there is
		}
		var a inscope.Edits
		a.Add(s.Src.ReplaceLines(s.Stmt, lines...))
		fs = append(fs, a.As(verb+" when "+name+" is full")...)
	}
	return fs
}

// overfull finds the select around the spawn.
func (s *site) overfull() (o overfull, ok bool) {
	if len(s.Path) < 4 || len(s.List) != 1 {
		return o, false
	}
	o.dflt, _ = s.Path[1].(*ast.CommClause)
	o.sel, _ = s.Path[3].(*ast.SelectStmt)
	if o.dflt == nil || o.sel == nil || o.dflt.Comm != nil {
		return o, false
	}
	full, ok := s.v.full.(*ssa.Select)
	if !ok || full.Pos() != o.sel.Pos() && !inscope.Contains(o.sel, full.Pos()) {
		return o, false
	}
	for _, c := range o.sel.Body.List {
		c := c.(*ast.CommClause)
		if _, sends := c.Comm.(*ast.SendStmt); sends {
			if o.send != nil {
				return o, false
			}
			o.send = c
		}
	}
	return o, o.send != nil && s.Src.StartsLine(o.dflt.Pos())
}

// emptiedByOthers reports whether code other than the spawner and the
// goroutines that it starts here receives what is sent.
func (s *site) emptiedByOthers() bool {
	full := s.v.full.(*ssa.Select)
	x := s.fx.eff.Index()
	not := s.reached()
	for _, fr := range s.v.driver.Chain {
		not[fr.Fn] = true
	}
	for _, st := range full.States {
		if st.Send == nil {
			continue
		}
		on := x.Origins(st.Chan)
		for _, f := range x.Funcs {
			if not[f] {
				continue
			}
			found := false
			each(f, func(i ssa.Instruction) {
				for _, h := range s.handshakes(i, false) {
					found = found || h.receives && h.on.Meets(on)
				}
			})
			if found {
				return true
			}
		}
	}
	return false
}

// waitInLine lets the select wait: until there is room, or until the
// function is to stop.
func (s *site) waitInLine(o overfull, send *ast.SendStmt) (a inscope.Edits, ok bool) {
	if s.lockedAnywhere() {
		return a, false
	}
	if len(o.sel.Body.List) > 2 {
		a.Add(s.Src.Delete(o.dflt, true)) // another arm ends the wait
		return a, !a.Failed
	}
	if st, inReach := s.StopAt(o.sel.Pos()); inReach {
		p, ok := s.exitPoint()
		leave, okay := s.leave(st)
		if !ok || !okay {
			return a, false
		}
		lines := []string{"case <-" + st.Recv + ":"}
		if c := s.closeUnit(p); c != "" {
			lines = append(lines, "\t"+c)
		}
		for _, l := range leave {
			lines = append(lines, "\t"+l)
		}
		a.Add(s.Src.ReplaceLines(o.dflt, lines...))
		return a, !a.Failed
	}
	if s.commented(o) {
		return a, false
	}
	lines := []string{s.Src.Node(send)}
	for _, st := range o.send.Body {
		ls, ok := s.Src.Lines(st, false)
		if !ok {
			return a, false
		}
		lines = append(lines, ls...)
	}
	a.Add(s.Src.ReplaceLines(o.sel, lines...))
	return a, !a.Failed
}

// commented reports whether there is a comment in the select outside the arm
// that is replaced.
func (s *site) commented(o overfull) bool {
	for _, g := range s.Src.Syntax.Comments {
		if inscope.Contains(o.sel, g.Pos()) && !(o.dflt.Pos() <= g.Pos() && (g.Pos() < o.dflt.End() || s.Src.Line(g.Pos()) == s.Src.Line(o.dflt.End()))) {
			return true
		}
	}
	return false
}

// boundOverflow lets the branch wait for room in the queue or for one of a
// number of slots.
func (s *site) boundOverflow(o overfull, send *ast.SendStmt) (a inscope.Edits, ok bool) {
	if len(o.send.Body) > 0 || len(o.sel.Body.List) > 2 || !s.canRelease() || s.callsItself() || s.lockedAnywhere() {
		return a, false
	}
	if _, inReach := s.StopAt(o.sel.Pos()); inReach {
		return a, false
	}
	n := s.newNames()
	s.declare(&a, n)
	whole := s.Src
	s.Src = whole.Deeper()
	a.AddAll(s.release(giveBack(n.sem)))
	s.Src = whole
	a.Add(whole.Before(s.Stmt, "select {", "case "+whole.Node(send)+":", "case "+n.sem+" <- struct{}{}:"))
	a.AddAll(whole.Shift(s.Stmt, true))
	a.Add(whole.After(s.Stmt, "}"))
	return a, !a.Failed
}
