package semwait

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// unready reports a request handler that can only queue for its slot: it
// neither tries first, nor looks how many wait, nor waits for a limited time.
func (c *checker) unready(a *acquire) {
	if !a.op.Waits || !c.shared(a) {
		return
	}
	for _, d := range c.drivers(a.op.Instr) {
		if d.Kind != loops.Handles || d.Who != peer.Peer {
			continue
		}
		if c.shedsBefore(a) {
			return
		}
		c.add(finding{
			kind: noReadiness, pos: a.op.Instr.Pos(), acquire: a, reach: c.inReach(a.op.Instr),
			message: fmt.Sprintf("handler %s queues for a slot of %s without a limit: it never refuses while it still could", loops.Name(a.fn), a.name),
		})
		return
	}
}

// shedsBefore reports whether the function tries, looks at a length, or sets
// itself a time before it waits.
func (c *checker) shedsBefore(a *acquire) bool {
	for _, b := range a.fn.Blocks {
		for _, i := range b.Instrs {
			if !flowgraph.Dominates(i, a.op.Instr) {
				continue
			}
			call, ok := i.(*ssa.Call)
			if !ok {
				if sel, ok := i.(*ssa.Select); ok && !sel.Blocking {
					return true
				}
				continue
			}
			if bi, ok := call.Call.Value.(*ssa.Builtin); ok {
				if bi.Name() == "len" && c.x.Origins(call.Call.Args[0]).Meets(a.on) {
					return true
				}
				continue
			}
			if c.setsDeadline(call, 0) {
				return true
			}
			for _, op := range c.eff.SlotsAt(i) {
				if op.Verb == effects.TryTake || op.Verb == effects.CountUp {
					return true
				}
			}
		}
	}
	if sel, ok := a.op.Instr.(*ssa.Select); ok {
		for _, s := range sel.States {
			if c.isTimer(s.Chan) {
				return true
			}
		}
	}
	return false
}

// withoutFeedback reports an exported function that may wait for a slot and
// gives its caller no way to learn of it.
func (c *checker) withoutFeedback(a *acquire) {
	obj := a.fn.Object()
	if !a.op.Waits || a.op.Ended || obj == nil || !obj.Exported() || !c.shared(a) || c.isHandler(a.fn) {
		return
	}
	if a.fn.Signature.Results().Len() > 0 {
		return
	}
	for _, p := range a.fn.Params {
		if isContext(p.Type()) || isChan(p.Type()) {
			return
		}
	}
	c.add(finding{
		kind: noFeedback, pos: a.op.Instr.Pos(), acquire: a,
		message: fmt.Sprintf("%s may wait for a slot of %s and tells its caller nothing: no context, error or flag", obj.Name(), a.name),
	})
}
