package limits

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
)

// inBodies looks into the goroutine: a try at its start that gives up when
// full bounds it, a wait for a slot comes too late.
func (c *Checker) inBodies(w *way) Limit {
	for _, f := range w.s.Bodies {
		if c.givesUp(w, f, 0) {
			return Limit{Kind: Counter}
		}
	}
	if g, ok := w.s.Instr.(*ssa.Go); ok && len(w.s.Bodies) == 0 {
		if op, ok := c.pair(c.Eff.SlotsOfCall(g)); ok {
			return Limit{Kind: Late, At: g, Name: c.x.Describe(op.Value), Value: op.Value}
		}
	}
	for _, f := range w.s.Bodies {
		if op, ok := c.takesInside(w, f); ok {
			return Limit{Kind: Late, At: op.Instr, Name: c.x.Describe(op.Value), Value: op.Value}
		}
	}
	return Limit{}
}

// givesUp reports whether f, before it waits for anything, tests a count,
// tries to take a slot or flips a flag, and returns when that fails.
func (c *Checker) givesUp(w *way, f *ssa.Function, depth int) bool {
	reg := &region{fn: f, reach: map[*ssa.BasicBlock]bool{}}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if depth < 2 && depth >= 0 {
				if call, ok := i.(*ssa.Call); ok && i.Block() == f.Blocks[0] {
					for _, g := range c.callees(call) {
						if c.givesUp(w, g, depth+1) {
							return true
						}
					}
				}
			}
			if c.Finder.Forest(f).Innermost(b) != nil || !c.isTest(w, reg, i) {
				continue // a test per round is about what the goroutine does
			}
			if c.nothingWaitsBefore(f, i) {
				return true
			}
		}
	}
	return false
}

func (c *Checker) callees(call *ssa.Call) []*ssa.Function {
	fs, open := c.x.Callees(call)
	if open {
		return nil
	}
	return fs
}

// isTest reports whether i is a branch on a count, try or flag of which one
// side returns at once, or a non-blocking select that takes a slot.
func (c *Checker) isTest(w *way, reg *region, i ssa.Instruction) bool {
	switch i := i.(type) {
	case *ssa.If:
		b := i.Block()
		if !leaves(b.Succs[0]) && !leaves(b.Succs[1]) {
			return false
		}
		cond, _ := strip(i.Cond)
		var l Limit
		switch v := cond.(type) {
		case *ssa.BinOp:
			l = c.compare(&way{c: c, d: w.d}, reg, v)
			if l.Kind == Counter && !c.countsItself(reg.fn, v) {
				return false
			}
		case *ssa.Call:
			l = c.guardCall(&way{c: c, d: w.d}, v)
			counts := false
			for _, op := range c.Eff.SlotsAt(v) {
				counts = counts || op.Verb == effects.CountUp
				if op.Verb == effects.TryTake || op.Verb == effects.SendSlot && !op.Waits {
					return true
				}
			}
			if l.Kind == Counter && !counts {
				return false // looks at a number and does not count itself
			}
		}
		return l.Kind == Counter || l.Kind == Slot || l.Kind == SingleFlight
	case *ssa.Select:
		if i.Blocking {
			return false
		}
		d := flowgraph.ArmBlock(i, flowgraph.Default)
		if d == nil || !leaves(d) {
			return false
		}
		for _, op := range c.Eff.SlotsAt(i) {
			if c.givesIn(reg.fn, op, 1) {
				return true
			}
		}
	}
	return false
}

// countsItself reports whether f adds to what the comparison is about and
// takes it away again: the goroutine counts as long as it runs.
func (c *Checker) countsItself(f *ssa.Function, cmp *ssa.BinOp) bool {
	for _, v := range []ssa.Value{cmp.X, cmp.Y} {
		on, ok := c.counted(nil, nil, v, 0)
		if !ok {
			continue
		}
		if a := lengthOf(v); a != nil {
			if _, isMap := a.Type().Underlying().(*types.Map); isMap && !isZero(cmp.X) && !isZero(cmp.Y) {
				return true // a table of those that are open
			}
		}
		up, down := false, false
		for _, op := range c.Eff.Of(f).Slots {
			if op.On.Meets(on) {
				up = up || op.Verb == effects.CountUp
				down = down || op.Verb == effects.CountDown
			}
		}
		if up && down {
			return true
		}
	}
	return false
}

// leaves reports whether block b leads to a return without further branches.
func leaves(b *ssa.BasicBlock) bool {
	for n := 0; n < 4; n++ {
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return true
		}
		if len(b.Succs) != 1 {
			return false
		}
		b = b.Succs[0]
	}
	return false
}

// nothingWaitsBefore reports whether every instruction of f that waits is
// only reached after i.
func (c *Checker) nothingWaitsBefore(f *ssa.Function, i ssa.Instruction) bool {
	for _, b := range f.Blocks {
		for _, j := range b.Instrs {
			if j == i {
				continue
			}
			if wt := c.Eff.WaitsAt(j) &^ (effects.Locked | effects.Unresolved); wt == 0 {
				continue
			}
			if _, ok := j.(*ssa.Defer); ok {
				continue
			}
			if !flowgraph.Dominates(i, j) {
				return false
			}
		}
	}
	return true
}

// maxLateDepth is how many calls below the goroutine's function a slot may be
// taken to be the goroutine's own.
const maxLateDepth = 2

// takesInside finds a wait for a slot that f, or what it calls, also gives
// back: a semaphore that outlives the goroutine.
func (c *Checker) takesInside(w *way, f *ssa.Function) (effects.SlotOp, bool) {
	ops := c.Eff.Of(f).Slots
	for _, op := range ops {
		switch op.Verb {
		case effects.SendSlot, effects.RecvSlot, effects.Take:
		default:
			continue
		}
		if op.Depth > maxLateDepth {
			continue // a limit of something that the goroutine does, not of the goroutine
		}
		if !op.Waits || op.Guess || op.Deferred || c.local(op, f) || !c.isSemaphore(op) {
			continue
		}
		if c.Finder.Forest(f).Innermost(op.Instr.Block()) != nil {
			continue // a worker, which takes one thing after the other
		}
		for _, g := range ops {
			if g.Verb.Undoes(op.Verb) && g.On.Meets(op.On) {
				return op, true
			}
		}
	}
	return effects.SlotOp{}, false
}

// pair finds an operation of a function of another package that waits for a
// slot, on every path, which the same function gives back. What only some
// paths do may be a queue that the function hands elements around in.
func (c *Checker) pair(ops []effects.SlotOp) (effects.SlotOp, bool) {
	for _, op := range ops {
		if !op.Waits || !op.Sure || op.Verb != effects.SendSlot && op.Verb != effects.Take {
			continue
		}
		for _, g := range ops {
			if g.Verb.Undoes(op.Verb) && g.On.Meets(op.On) {
				return op, true
			}
		}
	}
	return effects.SlotOp{}, false
}

// local reports whether the semaphore is made inside the goroutine.
func (c *Checker) local(op effects.SlotOp, f *ssa.Function) bool {
	inside := map[*ssa.Function]bool{}
	c.reached(f, inside, 0)
	for k := range op.On {
		if i, ok := k.(ssa.Instruction); ok && inside[i.Parent()] {
			switch k.(type) {
			case *ssa.MakeChan, *ssa.Alloc:
				return true
			}
		}
	}
	return false
}

// isSemaphore reports whether op's channel is used for slots: it is not
// known to be unbuffered (a rendezvous), and a receive that acquires is from
// a channel that was filled.
func (c *Checker) isSemaphore(op effects.SlotOp) bool {
	if op.Verb == effects.Take {
		return true
	}
	sizes := c.Eff.Sizes(op.On)
	for _, s := range sizes {
		if s.Const && s.Max == 0 {
			return false
		}
	}
	if op.Verb == effects.RecvSlot {
		return len(sizes) > 0 && c.prefilled(op.On)
	}
	return true
}
