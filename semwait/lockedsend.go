package semwait

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

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
		kind: sharedSend, pos: s.Pos(), instr: s, reach: c.inReach(s),
		message: fmt.Sprintf("send on %s waits under %s, which %s needs to close it: a consumer that stalls holds up both", c.sentOn(s, "the channel"), c.describe(valueflow.Recv(lock), "a lock"), loops.Name(closer.Parent())),
		related: related(lock.Pos(), "the lock is taken here"),
	})
	return true
}

// heldLock returns the call that took a lock that is still held at i, nil
// for none.
func (c *checker) heldLock(i ssa.Instruction) *ssa.Call {
	if ls := c.heldLocks(i); len(ls) > 0 {
		return ls[0]
	}
	return nil
}

// heldLocks returns the calls that took the locks which are still held at i.
func (c *checker) heldLocks(i ssa.Instruction) (ls []*ssa.Call) {
	for _, b := range i.Parent().Blocks {
		for _, j := range b.Instrs {
			call, ok := j.(*ssa.Call)
			if !ok || !isLock(call) || !flowgraph.Dominates(call, i) {
				continue
			}
			places := c.x.PlaceOf(valueflow.Recv(call))
			if !c.unlockedBetween(call, i, places) {
				ls = append(ls, call)
			}
		}
	}
	return ls
}

// unlocksLater reports whether a defer of the function gives the lock back that
// the call has taken.
func (c *checker) unlocksLater(lock *ssa.Call) bool {
	places := c.x.PlaceOf(valueflow.Recv(lock))
	for _, b := range lock.Parent().Blocks {
		for _, i := range b.Instrs {
			d, ok := i.(*ssa.Defer)
			if !ok {
				continue
			}
			fn, recv := valueflow.Callee(d), valueflow.Recv(d)
			if fn == nil || recv == nil || !apimodel.IsClass(recv.Type(), apimodel.Lock) || isLock(d) {
				continue
			}
			if c.x.PlaceOf(recv).Meets(places) {
				return true
			}
		}
	}
	return false
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
