package unboundedqueue

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// deferred reports a defer statement in a loop that goes on for as long as
// peers, an input or the clock say: the function keeps a list of the calls,
// and of what they hold, until it returns.
func (c *checker) deferred(i *ssa.Defer) {
	f := i.Parent()
	if c.finder.Forest(f).Innermost(i.Block()) == nil {
		return
	}
	for _, d := range c.driversOf(i) {
		if len(d.Chain) != 1 || d.Loop == nil || !d.Loop.Contains(i.Block()) || !c.goesOn(d) {
			continue
		}
		if c.limits.OfSite(i, d).Kind != limits.None || c.limits.Once(d) {
			continue
		}
		var ev evidence
		ev.chain(d)
		unit := string(d.Unit)
		switch {
		case unit != "":
		case d.Kind == loops.Ticks:
			unit = "tick"
		default:
			unit = "element"
		}
		c.add(verdict{kind: queueKind, instr: i, driver: &d, related: ev,
			message: fmt.Sprintf("deferred calls pile up with each %s: %s, none is made before %s returns", unit, c.deciders(d), loops.Name(f))})
		return
	}
}

// goesOn reports whether the loop has no end that the program knows of.
func (c *checker) goesOn(d loops.Driver) bool {
	switch d.Kind {
	case loops.Accepts, loops.Receives:
		return d.Who >= peer.Input
	case loops.Elements:
		return d.Who == peer.Peer
	}
	return d.Kind == loops.Ticks
}
