package limits

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// optedOut reports whether the site is on the branch that is taken when the
// operator turned a limit off: max <= 0, sem == nil, in a function that
// takes slots on the other branch.
func (c *Checker) optedOut(w *way, reg *region) bool {
	for d := reg.site.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		side, ok := UnlimitedSide(br.Cond)
		if !ok || !flowgraph.EdgeDominates(d, side, reg.site.Block()) {
			continue
		}
		if c.takesSlots(reg.fn) || c.makesLimitedListener(reg.fn) {
			return true
		}
	}
	return false
}

// UnlimitedSide returns the successor of a branch on cond on which a setting
// that is a limit is zero, negative or nil; ok is false for other conditions.
func UnlimitedSide(cond ssa.Value) (side int, ok bool) { return valueflow.UnlimitedSide(cond) }

// takesSlots reports whether f itself has an operation that takes a slot.
func (c *Checker) takesSlots(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			for _, op := range c.Eff.SlotsAt(i) {
				if call, ok := i.(*ssa.Call); ok && c.Eff.Index().HasBody(call) {
					continue // what a callee does is too far away to be the other branch
				}
				switch op.Verb {
				case effects.Take, effects.TryTake:
					return true
				case effects.SendSlot:
					if t, ok := op.Value.Type().Underlying().(*types.Chan); ok {
						if s, ok := t.Elem().Underlying().(*types.Struct); ok && s.NumFields() == 0 {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// makesLimitedListener reports whether f makes a listener with a limit of its
// own.
func (c *Checker) makesLimitedListener(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok {
				continue
			}
			obj, _, _ := types.LookupFieldOrMethod(call.Type(), true, nil, "Accept")
			if _, accepts := obj.(*types.Func); accepts && c.Eff.LimitedListener(call) {
				return true
			}
		}
	}
	return false
}
