package semwait

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// unended reports a wait for a slot that nothing but the slot can end, where
// something that could is in reach: holders wait for peers, and so the wait
// lasts as long as peers like.
func (c *checker) unended(a *acquire) {
	if !a.op.Waits || a.op.Ended || a.op.Verb == effects.TryTake {
		return
	}
	r := c.inReach(a.op.Instr)
	if r.how == nothing {
		return
	}
	t := c.tenure(a)
	if !c.shared(a) {
		// Slots of one call: its own goroutines hold them, and whoever waits
		// is whoever they work for.
		if t.waits&effects.Network == 0 || t.obeys || t.timed || r.how == aDone {
			return
		}
	} else if !c.mayLast(a, t) {
		return
	}
	who := "holders that wait for peers"
	if t.waits&effects.Network == 0 && !t.asks {
		who = "requests that hold one"
	}
	c.add(finding{
		kind: noContext, pos: a.op.Instr.Pos(), acquire: a, reach: r,
		message: fmt.Sprintf("wait for a slot of %s lasts as long as %s: %s cannot end it", a.name, who, r.name),
		related: c.evidence(a),
	})
}

// mayLast reports whether a's slot may be held for as long as a peer likes:
// its holder waits for a peer without a time limit, or serves a request with
// code that is not seen to be short.
func (c *checker) mayLast(a *acquire, t tenure) bool {
	if t.timed && !c.obeysElsewhere(a) {
		return false
	}
	if t.waits&effects.Network != 0 || t.asks {
		return true
	}
	// Files and locks of this machine wait for no peer.
	if t.waits&^(effects.Thread|effects.Locked) == effects.Never && !t.child {
		return false
	}
	return c.serves(a.op.Instr)
}

// obeysElsewhere reports whether another wait of the function ends with a
// context: then this one was forgotten.
func (c *checker) obeysElsewhere(a *acquire) bool {
	for _, b := range a.fn.Blocks {
		for _, i := range b.Instrs {
			sel, ok := i.(*ssa.Select)
			if !ok || !sel.Blocking || i == a.op.Instr {
				continue
			}
			for _, s := range sel.States {
				if call, ok := s.Chan.(*ssa.Call); ok && call.Call.IsInvoke() && isContext(call.Call.Value.Type()) {
					return true
				}
			}
		}
	}
	return false
}

// shared reports whether several calls, connections or requests compete for
// a's slots: they are a field's or global's, or were made outside the
// handler that takes them.
func (c *checker) shared(a *acquire) bool {
	on := a.on
	if call, ok := a.op.Instr.(ssa.CallInstruction); ok {
		if recv := valueflow.Recv(call); recv != nil {
			on = c.x.Origins(recv)
			for k := range c.x.PlaceOf(recv) {
				if isShared(k) {
					return true
				}
			}
		}
	}
	for k := range on {
		if isShared(k) {
			return true
		}
	}
	// func limit(n int) func(http.Handler) http.Handler { sem := make(...)
	for k := range on {
		v, ok := k.(ssa.Instruction)
		if ok && v.Parent() != nil && v.Parent() != a.fn && c.isHandler(a.fn) {
			return true
		}
	}
	return false
}

func isShared(place any) bool {
	switch place.(type) {
	case *types.Var, *ssa.Global, string:
		return true
	}
	return false
}

// isHandler reports whether f itself is called once per request of a peer.
func (c *checker) isHandler(f *ssa.Function) bool {
	for _, p := range f.Params {
		if r, ok := apimodel.TypeRowOf(p.Type()); ok && r.Is == apimodel.HandlerParam {
			return true
		}
	}
	return false
}

// serves reports whether a peer decides how often i is executed.
func (c *checker) serves(i ssa.Instruction) bool {
	for _, d := range c.drivers(i) {
		if d.Who == peer.Peer {
			return true
		}
	}
	return false
}

// servesBeyond is serves, also for a goroutine that a peer has had started.
func (c *checker) servesBeyond(i ssa.Instruction) bool {
	for _, d := range c.finder.DriversBeyond(i) {
		if d.Who == peer.Peer {
			return true
		}
	}
	return false
}

func (c *checker) drivers(i ssa.Instruction) []loops.Driver { return c.finder.Drivers(i) }

// evidence points at where the slot is given back.
func (c *checker) evidence(a *acquire) []analysis.RelatedInformation {
	for _, r := range a.releases {
		if p := r.Pos(); p.IsValid() {
			return []analysis.RelatedInformation{{Pos: p, End: p + 1, Message: "the slot is held until here"}}
		}
	}
	return nil
}
