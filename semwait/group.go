package semwait

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// fullGroup reports a request that starts a goroutine through a group which
// all requests share and that has a limit: Go waits for room and looks at no
// context, not even at that of the group.
func (c *checker) fullGroup(call *ssa.Call) {
	fn := valueflow.Callee(call)
	if _, ok := apimodel.Find(fn, apimodel.Spawn); !ok {
		return
	}
	if _, ok := apimodel.Find(fn, apimodel.NoBlock); ok {
		return // it tries
	}
	s, ok := c.eff.SpawnAt(call)
	if !ok || s.Group == nil || !apimodel.IsClass(s.Group.Type(), apimodel.Group) || !c.sharedPlace(s.Group) {
		return
	}
	r := c.inReach(call)
	if r.how == nothing || r.how == aDone {
		return
	}
	waits, timed := c.bodiesWait(s)
	if timed || waits == effects.Never {
		return
	}
	for _, d := range c.drivers(call) {
		if d.Who != peer.Peer || c.limits().Of(s, d).Kind != limits.Group {
			continue
		}
		c.add(finding{
			kind: noContext, pos: call.Pos(), instr: call, reach: r,
			message: fmt.Sprintf("wait for room in %s lasts as long as the goroutines in it: %s cannot end it", orElse(c.sourceName(call.Pos()), c.describe(s.Group, "the group")), r.name),
		})
		return
	}
}

func (c *checker) limits() *limits.Checker {
	if c.limiter == nil {
		c.limiter = limits.NewChecker(c.finder)
	}
	return c.limiter
}

// sharedPlace reports whether v is kept in a field or global.
func (c *checker) sharedPlace(v ssa.Value) bool {
	for k := range c.whereabouts(v) {
		if isShared(k) {
			return true
		}
	}
	return false
}

// bodiesWait returns what the goroutines wait for, and whether they set
// themselves a time.
func (c *checker) bodiesWait(s effects.Spawn) (waits effects.Wait, timed bool) {
	if s.Open {
		waits |= effects.Unresolved
	}
	for _, f := range s.Bodies {
		waits |= c.eff.Of(f).Waits
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					timed = timed || c.setsDeadline(call, 0)
				}
			}
		}
	}
	return waits, timed
}
