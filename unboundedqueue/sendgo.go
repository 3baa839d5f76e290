package unboundedqueue

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// instruction looks for findings at one instruction.
func (c *checker) instruction(i ssa.Instruction) {
	if s, ok := c.eff.SpawnAt(i); ok {
		c.spawn(s)
	}
	switch i := i.(type) {
	case *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice:
		c.made(i)
	case *ssa.Call:
		c.libraryCall(i)
	case *ssa.Defer:
		c.deferred(i)
	}
}

// spawn reports goroutines that only wait to send: the queue of a channel
// that has none, made of goroutines; and, if strict, timers per message.
func (c *checker) spawn(s effects.Spawn) {
	if s.Timer {
		c.timer(s)
		return
	}
	ch, ok := c.eff.OnlySends(s)
	if !ok {
		return
	}
	for _, d := range c.finder.Drivers(s.Instr) {
		if !c.repeats(d) || c.limits.Of(s, d).Kind.Holds() || c.madeOnTheWay(ch, &d) {
			continue
		}
		c.addSend(s, ch, &d, c.deciders(d))
		return
	}
	if f := outermost(s.Instr.Parent()); c.sendsParameter(s, f) {
		d := loops.Driver{Kind: loops.Handles, Chain: []loops.Frame{{Fn: s.Instr.Parent(), Site: s.Instr}}}
		if !c.limits.Of(s, d).Kind.Holds() && !c.madeOnTheWay(ch, &d) {
			c.addSend(s, ch, &d, fmt.Sprintf("callers of %s decide how many", f.Name()))
		}
	}
}

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// repeats reports whether d makes something happen again and again with no
// end in sight.
func (c *checker) repeats(d loops.Driver) bool {
	switch d.Kind {
	case loops.Collection:
		return d.Who == peer.Peer
	case loops.Elements, loops.Ticks:
		return true
	}
	return d.Who >= peer.Input
}

func (c *checker) deciders(d loops.Driver) string {
	switch {
	case d.Who == peer.Peer:
		return "peers decide how many"
	case d.Who == peer.Input:
		return "the input decides how many"
	case d.Kind == loops.Ticks:
		return "one more with each tick"
	}
	return "its senders decide how many"
}

func (c *checker) addSend(s effects.Spawn, ch ssa.Value, d *loops.Driver, who string) {
	var ev evidence
	ev.chain(*d)
	name := c.x.Describe(ch)
	if name == "" {
		name = "a channel"
	}
	c.add(verdict{
		kind: sendKind, instr: s.Instr, driver: d, channel: ch, related: ev,
		message: fmt.Sprintf("goroutine per send to %s waits until it is received: %s, nothing bounds them", name, who),
	})
}

// madeOnTheWay reports whether the channel may be made anew for each event:
// the answer channel of one request.
func (c *checker) madeOnTheWay(ch ssa.Value, d *loops.Driver) bool {
	on := c.x.Origins(ch)
	for k := range on {
		if _, ok := k.(*types.Var); ok {
			return false
		}
		if _, ok := k.(*ssa.Global); ok {
			return false
		}
	}
	for k := range on {
		if m, ok := k.(*ssa.MakeChan); ok && !c.outlives(m, d, len(d.Chain)-1) {
			if n := len(d.Chain) - 1; d.Loop != nil && m.Parent() == d.Chain[n].Fn && !d.Loop.Contains(m.Block()) {
				continue
			}
			return true
		}
		if _, ok := k.(*ssa.Parameter); ok && d.Loop == nil {
			return true // the caller's: may be one per call
		}
	}
	return false
}

// sendsParameter reports whether f is exported and what the goroutine sends
// is made of a parameter of f: whoever calls f decides.
func (c *checker) sendsParameter(s effects.Spawn, f *ssa.Function) bool {
	o := f.Object()
	if o == nil || !o.Exported() || s.Instr.Parent() != f {
		return false
	}
	if l := c.finder.Forest(f).Innermost(s.Instr.Block()); l != nil {
		return false
	}
	d := loops.Driver{Kind: loops.Handles, Chain: []loops.Frame{{Fn: f, Site: s.Instr}}}
	for _, v := range c.sentBy(s) {
		if c.perEvent(v, &d, 0, 0) {
			return true
		}
	}
	return false
}

// sentBy returns what the goroutine may send, as values of its spawner.
func (c *checker) sentBy(s effects.Spawn) []ssa.Value {
	var vs []ssa.Value
	vs = append(vs, valueflow.Args(s.Instr)...)
	if mc, ok := s.Instr.Common().Value.(*ssa.MakeClosure); ok {
		for _, b := range mc.Bindings {
			if a, ok := b.(*ssa.Alloc); ok {
				for _, r := range *a.Referrers() {
					if st, ok := r.(*ssa.Store); ok && st.Addr == a {
						vs = append(vs, st.Val)
					}
				}
				continue
			}
			vs = append(vs, b)
		}
	}
	var data []ssa.Value
	for _, v := range vs {
		if _, isChan := v.Type().Underlying().(*types.Chan); isChan {
			continue
		}
		if r, ok := apimodel.TypeRowOf(v.Type()); ok && r.Is == apimodel.ContextType {
			continue
		}
		if p, ok := v.(*ssa.Parameter); ok && p.Parent().Signature.Recv() != nil && p == p.Parent().Params[0] {
			continue
		}
		data = append(data, v)
	}
	return data
}

// timer reports, if strict, a timer per message: each lives until its time
// has come.
func (c *checker) timer(s effects.Spawn) {
	if !c.rule.Strict || keptTimer(s.Instr) {
		return
	}
	for _, d := range c.finder.Drivers(s.Instr) {
		if d.Who != peer.Peer || c.limits.Of(s, d).Kind.Holds() {
			continue
		}
		var ev evidence
		ev.chain(d)
		unit := string(d.Unit)
		if unit == "" {
			unit = "event"
		}
		c.add(verdict{kind: timer, instr: s.Instr, driver: &d, related: ev,
			message: fmt.Sprintf("timer per %s: peers decide how many run at once, nothing bounds them", unit)})
		return
	}
}

// keptTimer reports whether somebody keeps the timer that i starts, who may
// stop it: what is started and forgotten stays until its time has come.
func keptTimer(i ssa.Instruction) bool {
	v, ok := i.(ssa.Value)
	return ok && v.Referrers() != nil && len(*v.Referrers()) > 0
}
