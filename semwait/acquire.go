package semwait

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// An acquire is one place of a function that takes a slot.
type acquire struct {
	fn *ssa.Function
	op effects.SlotOp
	// on are the places of the semaphore, with those of the value that the
	// slot methods are called on.
	on   valueflow.Origins
	name string
	// releases are the instructions of fn that give the slot back or pass
	// the duty to: direct ones, defers, go statements, closures.
	releases []ssa.Instruction
}

// acquires returns the operations of f that take a slot of something that
// is a semaphore for sure: what is taken is given back in f, by what f
// starts, or by what f hands out.
func (c *checker) acquires(f *ssa.Function) []*acquire {
	var as []*acquire
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if !mayAcquire(i) {
				continue
			}
			ops := c.eff.SlotsAt(i)
			for _, op := range ops {
				if a := c.acquire(f, op, ops); a != nil {
					as = append(as, a)
					break // one finding per instruction
				}
			}
		}
	}
	return as
}

func mayAcquire(i ssa.Instruction) bool {
	switch i := i.(type) {
	case *ssa.Send, *ssa.Select, *ssa.Call:
		return true
	case *ssa.UnOp:
		_, ok := valueflow.IsRecv(i)
		return ok
	}
	return false
}

// maxWrapped is how many calls down an acquire may be: the method of a project's
// semaphore and one around it. What is further down is somebody else's wait
// that the call happens to lead to.
const maxWrapped = 3

// acquire returns the acquire that op is, nil for none.
func (c *checker) acquire(f *ssa.Function, op effects.SlotOp, ops []effects.SlotOp) *acquire {
	switch op.Verb {
	case effects.SendSlot, effects.RecvSlot, effects.Take, effects.TryTake:
	default:
		return nil
	}
	if op.Deferred || op.Guess || !op.Sure || op.Depth > maxWrapped {
		return nil
	}
	for _, o := range ops {
		if o.Verb == effects.CountUp || o.Verb == effects.CountDown {
			continue // what a wait for a condition counts
		}
		if o.Instr == op.Instr && o.Verb.Undoes(op.Verb) && o.On.Meets(op.On) {
			return nil // a call that gives back what it takes
		}
	}
	a := &acquire{fn: f, op: op, on: op.On, name: c.nameOf(op)}
	a.releases = c.releases(a)
	if len(a.releases) == 0 {
		return nil
	}
	switch op.Verb {
	case effects.SendSlot, effects.RecvSlot:
		if !c.isChannelSemaphore(a) {
			return nil
		}
	}
	return a
}

// nameOf returns what the source calls the semaphore.
func (c *checker) nameOf(op effects.SlotOp) string {
	if n := c.sourceName(op.Instr.Pos()); n != "" {
		return n + c.ownField(op)
	}
	return c.describe(op.Value, "the semaphore")
}

// ownField returns ".slots" where op is a call of a method of the type that
// the function itself belongs to, and slots the field it takes a slot of.
func (c *checker) ownField(op effects.SlotOp) string {
	call, ok := op.Instr.(*ssa.Call)
	f := outermost(op.Instr.Parent())
	if !ok || f.Signature.Recv() == nil || valueflow.Recv(call) == nil {
		return ""
	}
	t := deref(f.Signature.Recv().Type())
	s, ok := t.Underlying().(*types.Struct)
	if !ok || !types.Identical(deref(valueflow.Recv(call).Type()), t) {
		return ""
	}
	for fld := range s.Fields() {
		if op.On[fld.Origin()] {
			return "." + fld.Name()
		}
	}
	return ""
}

// releases returns the instructions after a that give its slot back, and the
// ones that hand the duty on: a go statement or closure that gives it back.
func (c *checker) releases(a *acquire) []ssa.Instruction {
	var rs []ssa.Instruction
	for _, b := range a.fn.Blocks {
		for _, i := range b.Instrs {
			if i != a.op.Instr && c.gives(a, i) && c.after(a, i) && !c.drains(a, i) {
				rs = append(rs, i)
			}
		}
	}
	return rs
}

// after reports whether i is only executed after a has succeeded.
func (c *checker) after(a *acquire, i ssa.Instruction) bool {
	// A release under a condition of its own, beside the acquire, is no proof.
	return a.op.Dominates(i)
}

// drains reports whether i receives in a loop of its own: a consumer, or
// somebody who waits for all slots.
func (c *checker) drains(a *acquire, i ssa.Instruction) bool {
	if _, ok := valueflow.IsRecv(asValue(i)); !ok {
		return false
	}
	l := c.finder.Forest(i.Parent()).Innermost(i.Block())
	return l != nil && !l.Contains(a.op.Instr.Block())
}

func asValue(i ssa.Instruction) ssa.Value {
	v, _ := i.(ssa.Value)
	return v
}

// gives reports whether i gives back what a took, or starts or makes what
// does.
func (c *checker) gives(a *acquire, i ssa.Instruction) bool {
	if c.givesDirectly(a, i) {
		return true
	}
	if s, ok := c.eff.SpawnAt(i); ok {
		for _, g := range s.Bodies {
			if c.bodyGives(a, g, 0) {
				return true
			}
		}
	}
	if mc, ok := i.(*ssa.MakeClosure); ok && !runsHere(mc) {
		return c.bodyGives(a, mc.Fn.(*ssa.Function), 0)
	}
	return false
}

// runsHere reports whether the literal is only called, deferred or started
// by the function that makes it: those instructions count, not the making.
func runsHere(mc *ssa.MakeClosure) bool {
	for _, r := range *mc.Referrers() {
		call, ok := r.(ssa.CallInstruction)
		if !ok || call.Common().Value != mc {
			return false
		}
	}
	return true
}

func (c *checker) givesDirectly(a *acquire, i ssa.Instruction) bool {
	switch i.(type) {
	case *ssa.Send, *ssa.Select, *ssa.Call, *ssa.Defer, *ssa.UnOp, *ssa.Store:
	default:
		return false
	}
	for _, g := range c.eff.SlotsAt(i) {
		if g.Verb.Undoes(a.op.Verb) && g.On.Meets(a.on) && discards(a, g) {
			return true
		}
	}
	return false
}

// discards reports whether g, if it is a receive, drops what it receives: a
// slot carries nothing. What consumers receive is used.
func discards(a *acquire, g effects.SlotOp) bool {
	if a.op.Verb != effects.SendSlot {
		return true
	}
	switch i := g.Instr.(type) {
	case *ssa.UnOp:
		return i.Referrers() == nil || len(*i.Referrers()) == 0
	case *ssa.Select:
		return !i.Blocking // to give back takes no wait for something else
	}
	return true
}

const maxNestedBodies = 2

// bodyGives reports whether f, or a literal in it, gives back what a took.
func (c *checker) bodyGives(a *acquire, f *ssa.Function, depth int) bool {
	f = valueflow.Unwrap(f)
	if f == nil || f.Blocks == nil {
		return false
	}
	for _, g := range c.eff.Of(f).Slots {
		if g.Verb.Undoes(a.op.Verb) && g.On.Meets(a.on) && discards(a, g) {
			return true
		}
	}
	if depth == maxNestedBodies {
		return false
	}
	for _, g := range f.AnonFuncs {
		if c.bodyGives(a, g, depth+1) {
			return true
		}
	}
	return false
}
