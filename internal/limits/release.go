package limits

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

type giver uint8

const (
	nowhere giver = iota
	byGoroutine
	bySpawner
	elsewhere
)

// givenBack finds who gives back what op took.
func (c *Checker) givenBack(w *way, op effects.SlotOp) giver {
	for _, f := range w.s.Bodies {
		if early, ok := c.givesEarly(f, op); ok && early {
			return bySpawner
		}
		if c.givesIn(f, op, 0) || c.givesTicket(f, op) {
			return byGoroutine
		}
	}
	inSpawner := false
	for n, fr := range w.d.Chain {
		reg := w.region(n)
		for _, b := range fr.Fn.Blocks {
			for _, i := range b.Instrs {
				if i == op.Instr || i == fr.Site {
					continue
				}
				for _, g := range c.Eff.SlotsAt(i) {
					if !g.Verb.Undoes(op.Verb) || !g.On.Meets(op.On) {
						continue
					}
					if g.Deferred && reg.loop == nil || reg.has(i) && flowgraph.PostDominates(i, fr.Site) || c.followsIn(reg, i) {
						inSpawner = true
					}
				}
			}
		}
	}
	if inSpawner {
		return bySpawner
	}
	chain := map[*ssa.Function]bool{}
	for _, fr := range w.d.Chain {
		chain[fr.Fn] = true
	}
	for _, f := range c.x.Funcs {
		if chain[f] {
			continue
		}
		if c.givesIn(f, op, 2) {
			if op.Verb == effects.SendSlot && !c.roomy(op.On) {
				continue // a wake-up or a rendezvous
			}
			if op.Verb == effects.RecvSlot && !c.prefilled(op.On) {
				continue
			}
			return elsewhere
		}
	}
	if len(w.s.Bodies) == 0 || w.s.Open {
		if op.Verb == effects.Take || op.Verb == effects.TryTake {
			return elsewhere // the goroutine's code is not visible
		}
	}
	return nowhere
}

// hasRoom reports whether op's channel is made with room. Where its making
// is not visible a send takes a slot, but a receive may wait for anything.
func (c *Checker) hasRoom(op effects.SlotOp) bool {
	sizes := c.Eff.Sizes(op.On)
	for _, s := range sizes {
		if !s.Const || s.Max > 0 {
			return true
		}
	}
	return len(sizes) == 0 && op.Verb == effects.SendSlot
}

// roomy reports whether the channel may have room for more than one.
func (c *Checker) roomy(on valueflow.Origins) bool {
	sizes := c.Eff.Sizes(on)
	for _, s := range sizes {
		if !s.Const || s.Max > 1 {
			return true
		}
	}
	return len(sizes) == 0
}

// givesEarly reports whether f itself gives back what op took before it waits
// for anything; ok is false when f does not give it back itself.
func (c *Checker) givesEarly(f *ssa.Function, op effects.SlotOp) (early, ok bool) {
	for _, g := range c.Eff.Of(f).Slots {
		if !g.Verb.Undoes(op.Verb) || !g.On.Meets(op.On) {
			continue
		}
		if g.Deferred {
			return false, true
		}
		before, after := effects.Never, effects.Never
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch {
				case i == g.Instr:
				case flowgraph.Dominates(g.Instr, i):
					after |= c.Eff.WaitsAt(i)
				default:
					before |= c.Eff.WaitsAt(i)
				}
			}
		}
		return before == effects.Never && after != effects.Never, true
	}
	return false, false
}

// givesTicket reports whether f uses what op's call returned, a ticket or
// release function, to give the slot back.
func (c *Checker) givesTicket(f *ssa.Function, op effects.SlotOp) bool {
	call, ok := op.Instr.(*ssa.Call)
	if !ok || call.Call.Signature().Results().Len() == 0 {
		return false
	}
	of := func(v ssa.Value) bool {
		for k := range c.x.Origins(v) {
			if k == call {
				return true
			}
			if e, ok := k.(*ssa.Extract); ok && e.Tuple == call {
				return true
			}
		}
		return false
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			g, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			recv := valueflow.Recv(g)
			if recv != nil && of(recv) || recv == nil && g.Common().StaticCallee() == nil && of(g.Common().Value) {
				return true
			}
		}
	}
	return false
}

// followsIn reports whether i comes after the site on every way around the
// loop.
func (c *Checker) followsIn(reg *region, i ssa.Instruction) bool {
	if reg.loop == nil || !reg.has(i) {
		return false
	}
	return !flowgraph.PathQuery{From: reg.site,
		Barrier: func(j ssa.Instruction) bool { return j == i },
		End:     reg.ends,
	}.Exists()
}

// givesIn reports whether f, or a literal or goroutine inside it, gives back
// what op took.
func (c *Checker) givesIn(f *ssa.Function, op effects.SlotOp, depth int) bool {
	for _, g := range c.Eff.Of(f).Slots {
		if g.Verb.Undoes(op.Verb) && g.On.Meets(op.On) {
			return true
		}
	}
	if depth >= 2 {
		return false
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if s, ok := c.Eff.SpawnAt(i); ok {
				for _, g := range s.Bodies {
					if g != f && c.givesIn(g, op, depth+1) {
						return true
					}
				}
			}
		}
	}
	for _, g := range f.AnonFuncs {
		if c.givesIn(g, op, depth+1) {
			return true
		}
	}
	return false
}

// prefilled reports whether something puts tokens into the channel in a loop
// or as many times as there are sends: a token bucket is filled before use.
func (c *Checker) prefilled(on valueflow.Origins) bool {
	for _, s := range c.x.Senders(on) {
		if c.Finder.Forest(s.Parent()).Innermost(s.Block()) != nil {
			return true
		}
	}
	return false
}
