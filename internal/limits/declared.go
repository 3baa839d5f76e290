package limits

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// ofDeclared finds limits that the code does not show and a comment declares:
// on the function that starts the goroutine or on one on the way to it, on
// what the driving event comes from, or on the pool or group.
func (c *Checker) ofDeclared(s effects.Spawn, d loops.Driver) Limit {
	if c.declared(s.Instr) {
		return Limit{Kind: Declared, At: s.Instr}
	}
	for _, fr := range d.Chain {
		if fr.Fn == nil {
			continue
		}
		if obj := fr.Fn.Object(); obj != nil {
			if _, ok := c.Eff.Bounded(obj); ok {
				return Limit{Kind: Declared, At: fr.Site}
			}
		}
	}
	if c.Eff.BoundedValue(d.Over) {
		return Limit{Kind: Declared, At: s.Instr}
	}
	if d.Event == nil {
		return Limit{}
	}
	at := d.Event.Instr
	if call, ok := at.(ssa.CallInstruction); ok && c.declared(call) || c.Eff.BoundedValue(d.Event.Chan) {
		return Limit{Kind: Declared, At: at}
	}
	return Limit{}
}

// declared reports whether a comment limits the function that is called or
// its receiver.
func (c *Checker) declared(call ssa.CallInstruction) bool {
	if fn := valueflow.Callee(call); fn != nil {
		if _, ok := c.Eff.Bounded(fn); ok {
			return true
		}
	}
	return c.Eff.BoundedValue(valueflow.Recv(call))
}
