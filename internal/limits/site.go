package limits

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// OfSite returns the limit on how often the site, which need not start a
// goroutine, is executed as driven by d: a counter compared before it, a slot
// taken and not given back before it, a limiting listener or protocol. That
// something happens once per key is no limit here.
func (c *Checker) OfSite(site ssa.Instruction, d loops.Driver) Limit {
	if l := c.ofDriver(d); l.Kind.Holds() {
		return l
	}
	w := &way{c: c, d: d, events: eventPlaces(d)}
	if l := c.ofLength(d); l.Kind != None {
		return l
	}
	for n, fr := range d.Chain {
		reg := w.region(n)
		if l := c.guardBefore(w, reg); l.Kind == Counter || l.Kind == Paced {
			return l
		}
		if l := c.heldAt(w, reg); l.Kind.Holds() {
			return l
		}
		if c.optedOut(w, reg) {
			return Limit{Kind: OptOut, At: fr.Site}
		}
	}
	return Limit{}
}

// Once reports whether a flag, or an entry in a table, tells before the site
// that it has been executed already.
func (c *Checker) Once(d loops.Driver) bool {
	w := &way{c: c, d: d, events: eventPlaces(d)}
	for n := range d.Chain {
		if c.guardBefore(w, w.region(n)).Kind == SingleFlight {
			return true
		}
	}
	return false
}

// OfCount is OfSite for something that stays when the event is over: only a
// count that is compared bounds that, and what an operator has asked for. How
// many events there are at once, or how fast they come, is no limit here.
func (c *Checker) OfCount(site ssa.Instruction, d loops.Driver) Limit {
	w := &way{c: c, d: d, events: eventPlaces(d), entries: true}
	if l := c.ofLength(d); l.Kind != None {
		return l
	}
	for n, fr := range d.Chain {
		reg := w.region(n)
		if l := c.guardBefore(w, reg); l.Kind == Counter {
			return l
		}
		if c.optedOut(w, reg) {
			return Limit{Kind: OptOut, At: fr.Site}
		}
	}
	return Limit{}
}

// heldAt returns the slot that is taken in reg before the site.
func (c *Checker) heldAt(w *way, reg *region) Limit {
	for _, b := range reg.fn.Blocks {
		if !reg.reach[b] {
			continue
		}
		for _, i := range b.Instrs {
			if i == reg.site {
				continue
			}
			for _, op := range c.Eff.SlotsAt(i) {
				if w.d.Event != nil && w.d.Event.Instr == op.Instr || op.Deferred || !op.Sure || !reg.before(op.Instr) || !c.effective(reg, op) {
					continue
				}
				switch op.Verb {
				case effects.Take, effects.TryTake:
				case effects.SendSlot:
					if !c.roomy(op.On) || c.givenBack(w, op) != elsewhere {
						continue
					}
				case effects.RecvSlot:
					if !c.prefilled(op.On) || c.givenBack(w, op) != elsewhere {
						continue
					}
				default:
					continue
				}
				return Limit{Kind: Slot, At: op.Instr, Name: c.x.Describe(op.Value), Value: op.Value}
			}
		}
	}
	return Limit{}
}

// OnceForAll reports whether a flag of what owner points to tells before the
// site, in its own function, that it has been executed for that owner, and
// nothing ever takes the flag back.
func (c *Checker) OnceForAll(d loops.Driver, owner ssa.Value) bool {
	w := &way{c: c, d: d, events: eventPlaces(d)}
	reg := w.region(0)
	for b := range reg.reach {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || reg.leads(b, b.Succs[0]) == reg.leads(b, b.Succs[1]) {
			continue
		}
		cond, _ := strip(br.Cond)
		if load, ok := cond.(*ssa.UnOp); ok && load.Op == token.MUL && c.neverCleared(load.X, owner) && c.flag(w, reg, load) {
			return true
		}
	}
	return false
}

// neverCleared reports whether addr is a field of what owner points to that
// this package only ever sets to true.
func (c *Checker) neverCleared(addr, owner ssa.Value) bool {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok || fa.X != owner {
		return false
	}
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if f == nil || f.Pkg() != c.x.Pkg.Pkg || f.Exported() {
		return false
	}
	stored := c.x.Stores(f)
	for _, v := range stored {
		if k, ok := v.(*ssa.Const); !ok || zero(k) {
			return false
		}
	}
	return len(stored) > 0
}
