package unboundedgo

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

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
	name := s.src.Node(send.Chan)
	var fs []analysis.SuggestedFix
	if !s.emptiedByOthers() {
		if a, ok := s.boundOverflow(o, send); ok {
			return a.as("wait for " + name + " or a slot")
		}
		return nil
	}
	if a, ok := s.waitInLine(o, send); ok {
		fs = a.as("wait while " + name + " is full")
	}
	if s.v.driver.Kind == loops.Handles && s.v.driver.Who != peer.Peer {
		return fs // whoever calls has no way to be told
	}
	if lines, verb, ok := s.giveUp(); ok {
		for i := range lines {
			lines[i] = lines[i][1:] // in the arm that there is
		}
		var a all
		a.add(s.src.ReplaceLines(s.stmt, lines...))
		fs = append(fs, a.as(verb+" when "+name+" is full")...)
	}
	return fs
}

// overfull finds the select around the spawn.
func (s *site) overfull() (o overfull, ok bool) {
	if len(s.path) < 4 || len(s.list) != 1 {
		return o, false
	}
	o.dflt, _ = s.path[1].(*ast.CommClause)
	o.sel, _ = s.path[3].(*ast.SelectStmt)
	if o.dflt == nil || o.sel == nil || o.dflt.Comm != nil {
		return o, false
	}
	full, ok := s.v.full.(*ssa.Select)
	if !ok || full.Pos() != o.sel.Pos() && !contains(o.sel, full.Pos()) {
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
	return o, o.send != nil && s.src.StartsLine(o.dflt.Pos())
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
func (s *site) waitInLine(o overfull, send *ast.SendStmt) (a all, ok bool) {
	if s.lockedAnywhere() {
		return a, false
	}
	if len(o.sel.Body.List) > 2 {
		a.add(s.src.Delete(o.dflt, true)) // another arm ends the wait
		return a, !a.failed
	}
	if st, inReach := s.stopAt(o.sel.Pos()); inReach {
		p, ok := s.exitPoint()
		leave, okay := s.leave(st)
		if !ok || !okay {
			return a, false
		}
		lines := []string{"case <-" + st.recv + ":"}
		if c := s.closeUnit(p); c != "" {
			lines = append(lines, "\t"+c)
		}
		for _, l := range leave {
			lines = append(lines, "\t"+l)
		}
		a.add(s.src.ReplaceLines(o.dflt, lines...))
		return a, !a.failed
	}
	if s.commented(o) {
		return a, false
	}
	lines := []string{s.src.Node(send)}
	for _, st := range o.send.Body {
		ls, ok := s.src.Lines(st, false)
		if !ok {
			return a, false
		}
		lines = append(lines, ls...)
	}
	a.add(s.src.ReplaceLines(o.sel, lines...))
	return a, !a.failed
}

// commented reports whether there is a comment in the select outside the arm
// that is replaced.
func (s *site) commented(o overfull) bool {
	for _, g := range s.src.Syntax.Comments {
		if contains(o.sel, g.Pos()) && !(o.dflt.Pos() <= g.Pos() && (g.Pos() < o.dflt.End() || s.src.Line(g.Pos()) == s.src.Line(o.dflt.End()))) {
			return true
		}
	}
	return false
}

// boundOverflow lets the branch wait for room in the queue or for one of a
// number of slots.
func (s *site) boundOverflow(o overfull, send *ast.SendStmt) (a all, ok bool) {
	if len(o.send.Body) > 0 || len(o.sel.Body.List) > 2 || !s.canRelease() || s.callsItself() || s.lockedAnywhere() {
		return a, false
	}
	if _, inReach := s.stopAt(o.sel.Pos()); inReach {
		return a, false
	}
	n := s.newNames()
	s.declare(&a, n)
	whole := s.src
	s.src = whole.Deeper()
	a.addAll(s.release(giveBack(n.sem)))
	s.src = whole
	a.add(whole.Before(s.stmt, "select {", "case "+whole.Node(send)+":", "case "+n.sem+" <- struct{}{}:"))
	a.addAll(whole.Shift(s.stmt, true))
	a.add(whole.After(s.stmt, "}"))
	return a, !a.failed
}
