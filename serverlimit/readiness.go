package serverlimit

import (
	"go/constant"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// readiness reports, once per package, a handler that waits for a slot where
// the package registers handlers and none of them, nor any function, is there
// to be asked whether there is room.
func (c *checker) readiness(funcs []*ssa.Function) {
	var registers bool
	for _, f := range funcs {
		if namesProbe(f.Name()) {
			return
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.CallbackGo); !ok {
					continue
				}
				registers = true
				for _, a := range valueflow.Args(call) {
					if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String && pathOfProbe(constant.StringVal(k.Value)) {
						return
					}
				}
			}
		}
	}
	if !registers {
		return
	}
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if c.takesSlot(i) && !c.rep.Skips(i.Pos()) {
					if _, ok := c.perRequest(i); ok {
						c.report(readiness, i.Pos(), "requests wait for slots, and nothing says whether there are any: callers learn of overload by waiting", nil)
						return
					}
				}
			}
		}
	}
}

// takesSlot reports whether i waits for a slot that somebody else gives back.
func (c *checker) takesSlot(i ssa.Instruction) bool {
	for _, op := range c.eff.SlotsAt(i) {
		if op.Waits && !op.Guess && (op.Verb == effects.Take || op.Verb == effects.SendSlot) {
			return true
		}
	}
	return false
}
