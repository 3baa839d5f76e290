package semwait

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
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
	if c.lockedSend(s) {
		return
	}
	from := c.consumer(s.Chan)
	if isToken(s.Chan.Type()) || from == nil || !c.small(s) || c.answersOnce(s, from) {
		return
	}
	for _, d := range c.drivers(s) {
		if len(d.Chain) > 2 || sameUnit(from, d) {
			continue
		}
		switch {
		case d.Who == peer.Peer && d.Kind == loops.Receives:
		case d.Kind == loops.Collection && len(d.Chain) == 1 && c.isMembers(d.Over) && comesFrom(s.Chan, d):
		default:
			continue
		}
		c.add(finding{
			kind: sharedSend, pos: s.Pos(), reach: c.inReach(s), looped: true,
			message: fmt.Sprintf("send to %s waits in the loop that serves them all: one consumer that stalls stalls the others", c.sentOn(s, "one consumer's channel")),
			related: driverEvidence(d),
		})
		return
	}
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

// consumer returns the entry of a table of consumers that ch belongs to: the
// channel itself, or a field of what was looked up. nil if it is no such.
func (c *checker) consumer(ch ssa.Value) ssa.Value {
	v := ch
	for range maxExpression {
		switch e := v.(type) {
		case *ssa.Lookup:
			return e
		case *ssa.Extract:
			switch t := e.Tuple.(type) {
			case *ssa.Lookup:
				return t
			case *ssa.Next:
				return t
			}
			return nil
		case *ssa.UnOp:
			if e.Op != token.MUL {
				return nil
			}
			v = e.X
		case *ssa.FieldAddr:
			v = e.X
		case *ssa.IndexAddr:
			return e
		case *ssa.TypeAssert:
			v = e.X
		default:
			return nil
		}
	}
	return nil
}

// small reports whether every channel that s may send on is made in sight,
// with little room.
func (c *checker) small(s *ssa.Send) bool {
	known := false
	c.x.Walk(s.Chan, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		if m, ok := v.(*ssa.MakeChan); ok {
			k, isConst := m.Size.(*ssa.Const)
			known = known || isConst && k.Value != nil && k.Int64() < smallChannel
		}
		return true
	})
	return known
}

// answersOnce reports whether the entry is removed from its table when it is
// sent to: one answer into a channel with room for it does not wait.
func (c *checker) answersOnce(s *ssa.Send, from ssa.Value) bool {
	removes := false
	for _, b := range s.Parent().Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if bi, ok := call.Common().Value.(*ssa.Builtin); ok && bi.Name() == "delete" {
				removes = true
			}
			for _, f := range c.x.StaticBodies(call) {
				removes = removes || deletes(f)
			}
		}
	}
	return removes
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

// isMembers reports whether the collection outlives the call: who is in it
// came from elsewhere.
func (c *checker) isMembers(over ssa.Value) bool {
	return over != nil && fieldOrGlobal(c.x.Origins(over))
}

// comesFrom reports whether the channel is of the element that the driver's
// loop is at.
func comesFrom(ch ssa.Value, d loops.Driver) bool {
	i, ok := ch.(ssa.Instruction)
	return ok && d.Loop != nil && d.Loop.Contains(i.Block())
}

// lockedSend reports a send that waits under a lock which is needed to close
// the channel: when the consumer stalls, the channel cannot even be closed.
func (c *checker) lockedSend(s *ssa.Send) bool {
	on := c.x.Origins(s.Chan)
	if !fieldOrGlobal(on) || !c.closes(on) {
		return false
	}
	lock := c.heldLock(s)
	if lock == nil {
		return false
	}
	places := c.x.PlaceOf(valueflow.Recv(lock))
	closer := c.closesUnder(on, places)
	if closer == nil || closer.Parent() == s.Parent() {
		return false
	}
	c.add(finding{
		kind: sharedSend, pos: s.Pos(), reach: c.inReach(s),
		message: fmt.Sprintf("send on %s waits under %s, which %s needs to close it: a consumer that stalls holds up both", c.sentOn(s, "the channel"), c.describe(valueflow.Recv(lock), "a lock"), loops.Name(closer.Parent())),
		related: related(lock.Pos(), "the lock is taken here"),
	})
	return true
}

// heldLock returns the call that took a lock that is still held at i, nil
// for none.
func (c *checker) heldLock(i ssa.Instruction) *ssa.Call {
	for _, b := range i.Parent().Blocks {
		for _, j := range b.Instrs {
			call, ok := j.(*ssa.Call)
			if !ok || !isLock(call) || !flowgraph.Dominates(call, i) {
				continue
			}
			places := c.x.PlaceOf(valueflow.Recv(call))
			if !c.unlockedBetween(call, i, places) {
				return call
			}
		}
	}
	return nil
}

// unlockedBetween reports whether the lock may be given back on a way from
// the call to i.
func (c *checker) unlockedBetween(call *ssa.Call, i ssa.Instruction, places valueflow.Origins) bool {
	for _, b := range i.Parent().Blocks {
		for _, j := range b.Instrs {
			if c.unlocks(j, places) && flowgraph.Dominates(call, j) && reaches(j, i) {
				return true
			}
		}
	}
	return false
}

// reaches reports whether control gets from a to b.
func reaches(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() && flowgraph.Dominates(a, b) {
		return true
	}
	for _, s := range a.Block().Succs {
		if comesBack(s, b) {
			return true
		}
	}
	return false
}

func isLock(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	recv := valueflow.Recv(call)
	if fn == nil || recv == nil || !apimodel.IsClass(recv.Type(), apimodel.Lock) {
		return false
	}
	_, ok := apimodel.Find(fn, apimodel.BlockLock)
	return ok
}

// unlocks reports whether i gives back one of the locks, now.
func (c *checker) unlocks(i ssa.Instruction, places valueflow.Origins) bool {
	call, ok := i.(*ssa.Call)
	if !ok {
		return false
	}
	fn, recv := valueflow.Callee(call), valueflow.Recv(call)
	if fn == nil || recv == nil || !apimodel.IsClass(recv.Type(), apimodel.Lock) {
		return false
	}
	_, waits := apimodel.Find(fn, apimodel.BlockLock)
	return !waits && c.x.PlaceOf(recv).Meets(places)
}

// closesUnder returns the call that closes one of the channels under one of
// the locks, nil for none.
func (c *checker) closesUnder(on, places valueflow.Origins) ssa.Instruction {
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok {
					continue
				}
				bi, ok := call.Call.Value.(*ssa.Builtin)
				if !ok || bi.Name() != "close" || !c.x.Origins(call.Call.Args[0]).Meets(on) {
					continue
				}
				if l := c.heldLock(call); l != nil && c.x.PlaceOf(valueflow.Recv(l)).Meets(places) && isExclusive(l) {
					return call
				}
			}
		}
	}
	return nil
}

// isExclusive reports whether the lock keeps readers out too.
func isExclusive(call *ssa.Call) bool {
	fn := valueflow.Callee(call)
	return fn != nil && fn.Name() == "Lock"
}
