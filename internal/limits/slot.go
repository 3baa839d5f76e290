package limits

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// slotBefore looks for a slot that is taken in reg before the site.
func (c *Checker) slotBefore(w *way, reg *region) Limit {
	near := Limit{}
	for _, b := range reg.fn.Blocks {
		if !reg.reach[b] {
			continue
		}
		for _, i := range b.Instrs {
			if i == reg.site {
				continue
			}
			for _, op := range c.Eff.SlotsAt(i) {
				l := c.slot(w, reg, op)
				if l.Kind.Holds() {
					return l
				}
				if l.Kind != None {
					near = l
				}
			}
		}
	}
	return near
}

// slot decides whether op, which is before the site, bounds it.
func (c *Checker) slot(w *way, reg *region, op effects.SlotOp) Limit {
	l := Limit{Kind: Slot, At: op.Instr, Name: c.x.Describe(op.Value), Value: op.Value}
	switch op.Verb {
	case effects.SendSlot, effects.RecvSlot, effects.Take, effects.TryTake:
	default:
		return Limit{}
	}
	if e := w.d.Event; e != nil && e.Instr == op.Instr {
		return Limit{} // what drives the loop is no slot
	}
	if op.Deferred || !op.Sure || !reg.before(op.Instr) || !c.effective(reg, op) {
		return Limit{}
	}
	// Only what is taken on every way to the site is accused of not limiting it.
	certain := flowgraph.Dominates(op.Instr, reg.site)
	given := c.givenBack(w, op)
	switch given {
	case nowhere:
		if op.Verb == effects.SendSlot || op.Verb == effects.RecvSlot {
			return Limit{} // a queue or a signal, no slot
		}
	case bySpawner:
		if op.Guess || !certain {
			return l
		}
		if op.Verb != effects.Take && op.Verb != effects.TryTake && !c.hasRoom(op) {
			return Limit{} // a rendezvous or stop channel, no semaphore
		}
		l.Kind = EarlyGive
		return l
	}
	if op.Guess || !certain {
		return l
	}
	switch {
	case c.madePerEvent(w, op.On):
		l.Kind = PerEvent
	case c.endless(op):
		l.Kind = Unlimited
	}
	return l
}

// effective reports whether getting from op to the site means that op
// succeeded: a select arm must be the one taken unless no other arm leads to
// the site, and the site must not be where a try failed.
func (c *Checker) effective(reg *region, op effects.SlotOp) bool {
	sel, ok := op.Instr.(*ssa.Select)
	if !ok {
		if op.Verb == effects.TryTake || !op.Waits {
			return c.tested(reg, op.Instr)
		}
		return true
	}
	if arm, ok := flowgraph.ArmOf(sel, reg.site.Block()); ok {
		return arm == op.Arm
	}
	for n := range sel.States {
		if b := flowgraph.ArmBlock(sel, n); n != op.Arm && b != nil && reg.leads(sel.Block(), b) {
			return false
		}
	}
	if sel.Blocking {
		return true
	}
	b := flowgraph.ArmBlock(sel, flowgraph.Default)
	return b != nil && !reg.leads(sel.Block(), b)
}

// tested reports whether the bool that a try returned decides whether the
// site is reached.
func (c *Checker) tested(reg *region, try ssa.Instruction) bool {
	v, ok := try.(ssa.Value)
	if !ok {
		return false
	}
	for _, b := range reg.fn.Blocks {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !reg.reach[b] && b != reg.site.Block() {
			continue
		}
		cond, negated := strip(br.Cond)
		cond = valueflow.Settled(cond)
		if cond != v && !mentions(cond, v) {
			continue
		}
		yes, no := 0, 1
		if negated {
			yes, no = 1, 0
		}
		if reg.leads(b, b.Succs[no]) && !reg.leads(b, b.Succs[yes]) {
			return false // the site is where the try failed
		}
		if reg.leads(b, b.Succs[yes]) && !reg.leads(b, b.Succs[no]) || isErr(cond) {
			return true
		}
	}
	return false
}

func isErr(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	return ok && types.Identical(b.X.Type(), types.Universe.Lookup("error").Type())
}

// mentions reports whether v is an operand of cond, or of what cond extracts.
func mentions(cond, v ssa.Value) bool {
	if cond == v {
		return true
	}
	switch c := cond.(type) {
	case *ssa.BinOp:
		return c.X == v || c.Y == v || mentions(valueflow.Settled(c.X), v)
	case *ssa.Extract:
		return c.Tuple == v
	}
	return false
}

// endless reports whether op's semaphore was made with a constant size that
// is no limit, here or in another package.
func (c *Checker) endless(op effects.SlotOp) bool {
	if op.Endless {
		return true
	}
	sizes := c.Eff.Sizes(op.On)
	for _, s := range sizes {
		if !s.Endless() {
			return false
		}
	}
	return len(sizes) > 0
}
