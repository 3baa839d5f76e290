package unboundedqueue

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// onlyWhenAsked reports whether everything that deletes from the map ct does
// so because a peer asked for it, in a message or request of its own: no
// expiry, no end of a connection, nothing that the insertion itself leads to.
// A must analysis over the callers in the package; unknown is false.
func (c *checker) onlyWhenAsked(ct *containers.Container, d *loops.Driver) bool {
	if exportedField(ct) || ct.Place.Elem {
		return false
	}
	deletes := map[*ssa.Function]bool{}
	at := map[ssa.Instruction]bool{}
	for _, r := range ct.Removals {
		if r.How == containers.All || !c.asked(r.Instr, map[*ssa.Function]bool{}) {
			return false
		}
		at[r.Instr] = true
		c.leadingTo(r.Instr.Parent(), deletes, 0)
	}
	return !c.undone(d, at, deletes)
}

// asked reports whether the site is executed only in a round of a loop over
// what a peer sends, or in a handler of its requests.
func (c *checker) asked(site ssa.Instruction, seen map[*ssa.Function]bool) bool {
	switch site.(type) {
	case *ssa.Defer, *ssa.Go:
		return false
	}
	for _, d := range c.driversOf(site) {
		if len(d.Chain) != 1 {
			continue
		}
		if d.Kind == loops.Receives && d.Who == peer.Peer {
			return true
		}
		if d.Kind != loops.Collection && d.Kind != loops.Handles {
			return false // a clock, a queue, a connection
		}
	}
	f := site.Parent()
	if seen[f] {
		return true // what else leads here decides
	}
	seen[f] = true
	if len(seen) > 32 {
		return false
	}
	calls := c.x.Callers(f)
	for _, call := range calls {
		if !c.asked(call, seen) {
			return false
		}
	}
	return len(calls) > 0 || c.handles(f)
}

// handles reports whether f is a handler of peers' requests.
func (c *checker) handles(f *ssa.Function) bool {
	if len(f.Blocks) == 0 || len(f.Blocks[0].Instrs) == 0 {
		return false
	}
	for _, d := range c.driversOf(f.Blocks[0].Instrs[0]) {
		if d.Kind == loops.Handles && d.Who == peer.Peer && len(d.Chain) == 1 && d.Unit != apimodel.Connection {
			return true
		}
	}
	return false
}

// leadingTo collects f and what calls it.
func (c *checker) leadingTo(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 8 {
		return
	}
	into[f] = true
	for _, call := range c.x.Callers(f) {
		c.leadingTo(call.Parent(), into, depth+1)
	}
	if p := f.Parent(); p != nil {
		c.leadingTo(p, into, depth+1) // who makes the literal may run it
	}
}

// undone reports whether a deletion may follow or precede the insertion in
// the same round of d, or follow when its loop ends: entries that are there
// while something is under way, or replaced.
func (c *checker) undone(d *loops.Driver, at map[ssa.Instruction]bool, deletes map[*ssa.Function]bool) bool {
	for n, fr := range d.Chain {
		var loop *flowgraph.Loop
		if n == len(d.Chain)-1 {
			loop = d.Loop
		}
		if c.deletesBeside(fr, loop, at, deletes) {
			return true
		}
	}
	f := d.Top().Fn
	for range maxWay {
		calls := c.x.Callers(f)
		if len(calls) == 0 {
			return false
		}
		if _, spawned := calls[0].(*ssa.Go); spawned && len(calls) == 1 {
			return false
		}
		for _, call := range calls {
			if _, spawned := call.(*ssa.Go); !spawned && c.deletesBeside(loops.Frame{Fn: call.Parent(), Site: call}, nil, at, deletes) {
				return true
			}
		}
		if len(calls) > 1 {
			return false
		}
		f = calls[0].Parent()
	}
	return false
}

// deletesBeside reports whether the function of fr deletes, itself or through
// a call, on a way that also has fr.Site; rounds of the loop, if any, are
// taken apart.
func (c *checker) deletesBeside(fr loops.Frame, loop *flowgraph.Loop, at map[ssa.Instruction]bool, deletes map[*ssa.Function]bool) bool {
	for _, b := range fr.Fn.Blocks {
		for _, i := range b.Instrs {
			if i == fr.Site || !at[i] && !c.callsOne(i, deletes) {
				continue
			}
			if _, deferred := i.(*ssa.Defer); deferred || b == fr.Site.Block() {
				return true
			}
			if loop == nil || !loop.Contains(b) {
				if reaches(fr.Site.Block(), b) || reaches(b, fr.Site.Block()) {
					return true
				}
				continue
			}
			if reachesInRound(loop, fr.Site.Block(), b) || reachesInRound(loop, b, fr.Site.Block()) {
				return true
			}
		}
	}
	return false
}

// callsOne reports whether i may call one of the functions.
func (c *checker) callsOne(i ssa.Instruction, of map[*ssa.Function]bool) bool {
	if mc, ok := i.(*ssa.MakeClosure); ok {
		return of[mc.Fn.(*ssa.Function)]
	}
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fs, _ := c.x.Callees(call)
	for _, f := range fs {
		if of[f] {
			return true
		}
	}
	return false
}

// reachesInRound is reaches within one round of the loop.
func reachesInRound(l *flowgraph.Loop, a, b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(x *ssa.BasicBlock) bool
	walk = func(x *ssa.BasicBlock) bool {
		if x == b {
			return true
		}
		if seen[x] || !l.Contains(x) {
			return false
		}
		seen[x] = true
		for _, s := range x.Succs {
			if s != l.Header && walk(s) {
				return true
			}
		}
		return false
	}
	return walk(a)
}
