package semwait

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// smallChannel is the most elements that a channel has room for which one
// slow consumer may fill.
const smallChannel = 1 << 14

// sharedSend reports an unconditional send to one of many consumers: in a
// loop that reads for all of them or writes to all of them, or under a lock
// that others need.
func (c *checker) sharedSend(s *ssa.Send) {
	if c.madeRoom(s) || c.lockedSend(s) {
		return
	}
	from := c.consumer(s.Chan)
	if isToken(s.Chan.Type()) || from == nil || !c.small(s) || c.answersOnce(s) || c.lastWord(s) {
		return
	}
	ds := c.drivers(s)
	if d, ok := c.rangedOver(s); ok {
		ds = append(ds, d)
	}
	if d, ok := c.overMembers(s, from); ok {
		ds = append(ds, d)
	}
	for _, d := range ds {
		if len(d.Chain) > 2 || sameUnit(from, d) {
			continue
		}
		switch {
		case d.Who == peer.Peer && d.Kind == loops.Receives:
		case d.Kind == loops.Collection && c.isMembers(d.Over, d.Loop) && c.comesFrom(from, d):
		default:
			continue
		}
		c.add(finding{
			kind: sharedSend, pos: s.Pos(), instr: s, reach: c.inReach(s), looped: true,
			message: fmt.Sprintf("send to %s waits in the loop that serves them all: one consumer that stalls stalls the others", c.sentOn(s, "one consumer's channel")),
			related: driverEvidence(d),
		})
		return
	}
}

// madeRoom reports whether the oldest element was just taken out: the send that
// follows waits for nobody, as long as senders take turns.
func (c *checker) madeRoom(s *ssa.Send) bool {
	on := c.x.Origins(s.Chan)
	for _, b := range s.Parent().Blocks {
		for _, i := range b.Instrs {
			sel, ok := i.(*ssa.Select)
			if !ok || sel.Blocking || !flowgraph.Dominates(sel, s) {
				continue
			}
			for _, st := range sel.States {
				if st.Dir == types.RecvOnly && c.x.Origins(st.Chan).Meets(on) {
					return true
				}
			}
		}
	}
	return false
}

// sentOn returns what the source calls the channel that s sends on.
func (c *checker) sentOn(s *ssa.Send, otherwise string) string {
	return orElse(c.sourceName(s.Pos()), c.describe(s.Chan, otherwise))
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func driverEvidence(d loops.Driver) []analysis.RelatedInformation {
	if d.Event == nil {
		return nil
	}
	return related(d.Event.Instr.Pos(), "the loop receives for all of them here")
}

// iterator returns the call that runs literal f once per entry of a table:
// m.Range(func(k, v any) bool { ... }).
func (c *checker) iterator(f *ssa.Function) (ssa.CallInstruction, bool) {
	if f.Parent() == nil {
		return nil, false
	}
	for _, reg := range c.x.Registrations(f) {
		fn, recv := valueflow.Callee(reg.Call), valueflow.Recv(reg.Call)
		if fn != nil && recv != nil && (fn.Name() == "Range" || fn.Name() == "ForEach") {
			return reg.Call, true
		}
	}
	return nil, false
}

// rangedOver returns what drives a send in a literal that a table runs once per
// entry.
func (c *checker) rangedOver(s *ssa.Send) (loops.Driver, bool) {
	call, ok := c.iterator(s.Parent())
	if !ok {
		return loops.Driver{}, false
	}
	return loops.Driver{Kind: loops.Collection, Over: valueflow.Recv(call), Chain: []loops.Frame{{Fn: s.Parent(), Site: s}}}, true
}

// small reports whether a channel that s may send on is made in sight with
// little room, or with as much as somebody has configured.
func (c *checker) small(s *ssa.Send) bool {
	known := false
	c.x.Walk(s.Chan, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		if m, ok := v.(*ssa.MakeChan); ok {
			n, isConst := valueflow.Int(m.Size)
			known = known || !isConst || n < smallChannel
		}
		return true
	})
	if known {
		return true
	}
	for _, size := range c.eff.Sizes(c.x.Origins(s.Chan)) {
		known = known || size.Const && size.Max < smallChannel // made in another package
	}
	return known
}

// answersOnce reports whether nothing is sent to the entry again: it is removed
// from its table, or its channel is closed or forgotten after the send. One
// answer into a channel with room for it does not wait.
func (c *checker) answersOnce(s *ssa.Send) bool {
	on := c.x.Origins(s.Chan)
	for _, b := range s.Parent().Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Store:
				if flowgraph.Dominates(s, i) && isNil(i.Val) && c.x.PlaceOf(i.Addr).Meets(on) {
					return true
				}
			case ssa.CallInstruction:
				if bi, ok := i.Common().Value.(*ssa.Builtin); ok && (bi.Name() == "delete" && c.sameRound(s, i) ||
					bi.Name() == "close" && flowgraph.Dominates(s, i) && c.x.Origins(i.Common().Args[0]).Meets(on)) {
					return true
				}
				if slices.ContainsFunc(c.x.StaticBodies(i), deletes) {
					return true
				}
			}
		}
	}
	return false
}

// sameRound reports whether i may be executed in the round of the loop that s
// is executed in, for what s sends to: not in a branch of a loop further out.
func (c *checker) sameRound(s, i ssa.Instruction) bool {
	forest := c.finder.Forest(s.Parent())
	return forest.Innermost(s.Block()) == forest.Innermost(i.Block()) || flowgraph.Dominates(s, i) || flowgraph.Dominates(i, s)
}

func isNil(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && k.IsNil()
}

func deletes(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if bi, ok := call.Common().Value.(*ssa.Builtin); ok && bi.Name() == "delete" {
					return true
				}
			}
		}
	}
	return false
}

// sameUnit reports whether the table is made per unit of the driver.
func sameUnit(from ssa.Value, d loops.Driver) bool {
	if l, ok := from.(*ssa.Lookup); ok {
		if m, ok := l.X.(*ssa.MakeMap); ok && d.Loop != nil && d.Loop.Contains(m.Block()) {
			return true
		}
	}
	return false
}

// isMembers reports whether the collection outlives the loop over it: who is in
// it came from elsewhere. That is a field or global, or a variable of a goroutine
// that is sent its members.
func (c *checker) isMembers(over ssa.Value, l *flowgraph.Loop) bool {
	if over == nil {
		return false
	}
	on := c.x.Origins(over)
	if fieldOrGlobal(on) || fieldOrGlobal(c.x.PlaceOf(over)) {
		return true
	}
	m, ok := over.(*ssa.MakeMap)
	if !ok || l == nil || l.Contains(m.Block()) {
		return false
	}
	for _, i := range c.x.Senders(on) {
		if up, ok := i.(*ssa.MapUpdate); ok && (received(up.Key) || received(up.Value)) {
			return true
		}
	}
	return false
}

// received reports whether v is what a receive has yielded, or a part of it.
func received(v ssa.Value) bool {
	for range maxExpression {
		switch e := v.(type) {
		case *ssa.Extract:
			if _, ok := e.Tuple.(*ssa.Select); ok {
				return true
			}
			v = e.Tuple
		case *ssa.UnOp:
			if _, ok := valueflow.IsRecv(e); ok {
				return true
			}
			v = e.X
		case *ssa.Field:
			v = e.X
		case *ssa.FieldAddr:
			v = e.X
		default:
			return false
		}
	}
	return false
}

// comesFrom reports whether the entry is the one that the driver's loop is at, or
// that it hands to a callee. One of other workers, to whom the elements of the loop
// are dealt, is not.
func (c *checker) comesFrom(from ssa.Value, d loops.Driver) bool {
	if p, ok := from.(*ssa.Parameter); ok {
		return d.Loop == nil && p.Parent() == d.Top().Fn
	}
	i, ok := from.(ssa.Instruction)
	if !ok || d.Loop == nil || !d.Loop.Contains(i.Block()) {
		return false
	}
	if at, ok := from.(*ssa.IndexAddr); ok {
		return c.whereabouts(at.X).Meets(c.whereabouts(d.Over))
	}
	return true
}
