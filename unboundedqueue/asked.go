package unboundedqueue

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// onlyWhenAsked reports whether everything that deletes from the map ct does
// so because a peer asked for it, in a message or request of its own, or with
// the end of what the map hangs off: no expiry, no end of a connection in a
// map that others share, nothing that the insertion itself leads to. A must
// analysis over the callers in the package; unknown is false.
func (c *checker) onlyWhenAsked(ct *containers.Container, d *loops.Driver) bool {
	if exportedField(ct) || ct.Place.Elem {
		return false
	}
	w := &asking{c: c, of: ct, seen: map[*ssa.Function]bool{}}
	deletes := map[*ssa.Function]bool{}
	at := map[ssa.Instruction]bool{}
	for _, r := range ct.Removals {
		clear(w.seen)
		if !w.asked(r.Instr) {
			return false
		}
		if w.apart(r.Instr) {
			continue
		}
		at[r.Instr] = true
		w.leadingTo(r.Instr.Parent(), deletes, 0)
	}
	return !c.undone(d, at, deletes)
}

// An asking is the question who asks for the deletions from one container.
type asking struct {
	c    *checker
	of   *containers.Container
	seen map[*ssa.Function]bool
}

// maxAsking is how many functions are looked at for one deletion.
const maxAsking = 48

// asked reports whether the site is executed only in a round of a loop over
// what a peer sends, in a handler of its requests, or apart from what peers
// decide to keep.
func (w *asking) asked(site ssa.Instruction) bool {
	if w.apart(site) {
		return true
	}
	switch site.(type) {
	case *ssa.Defer, *ssa.Go:
		return false
	}
	for _, d := range w.c.driversOf(site) {
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
	if w.seen[f] {
		return true // what else leads here decides
	}
	w.seen[f] = true
	if o := f.Object(); len(w.seen) > maxAsking || o != nil && o.Exported() && ends(o.Name()) {
		return false // Close is called by whoever has the value
	}
	callers := 0
	for _, call := range w.c.x.Callers(f) {
		callers++
		if !w.asked(call) {
			return false
		}
	}
	for _, mc := range w.made(f) {
		callers++
		if !w.asked(mc) {
			return false
		}
	}
	return callers > 0 || w.c.handles(f)
}

// made returns where the literal f is made, if it is handed to somebody who
// may run it then and there: once.Do(func() { ... }).
func (w *asking) made(f *ssa.Function) []ssa.Instruction {
	if f.Parent() == nil || len(w.c.x.Callers(f)) > 0 || w.c.handles(f) {
		return nil
	}
	var at []ssa.Instruction
	for _, mc := range w.c.x.Closures(f) {
		at = append(at, mc)
	}
	return at
}

// apart reports whether the site says nothing of how long entries stay: it
// belongs to the end of what has the container, to its making, or only to
// entries that their maker has marked for it.
func (w *asking) apart(site ssa.Instruction) bool {
	return w.endsHolder(site.Parent()) || madeHere(site) || w.c.marked(site)
}

// endsHolder reports whether f is the method that ends the life of the value
// that the container is a field of, or of what has that value.
func (w *asking) endsHolder(f *ssa.Function) bool {
	fld, ok := w.of.Place.At.(*types.Var)
	recv := f.Signature.Recv()
	if !ok || !fld.IsField() || recv == nil || !ends(f.Name()) {
		return false
	}
	return hasField(recv.Type(), fld, 0)
}

// ends reports whether a method of the name is the last one to be called.
func ends(name string) bool {
	switch strings.ToLower(name) {
	case "close", "stop", "shutdown", "exit", "quit", "destroy", "terminate", "teardown", "dispose", "free":
		return true
	}
	return false
}

// hasField reports whether fld is a field of the struct t, of what it points
// to, or of a struct that is a field itself: a pointer among the fields may be
// to what others share.
func hasField(t types.Type, fld *types.Var, depth int) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok && depth == 0 {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 1 {
		return false
	}
	for f := range s.Fields() {
		if f.Origin() == fld || hasField(f.Type(), fld, depth+1) {
			return true
		}
	}
	return false
}

// madeHere reports whether the site is a call of a method of what its
// function has just made: the container gets its first value.
func madeHere(site ssa.Instruction) bool {
	call, ok := site.(*ssa.Call)
	if !ok {
		return false
	}
	recv := valueflow.Recv(call)
	if recv == nil {
		return false
	}
	a, ok := recv.(*ssa.Alloc)
	return ok && a.Heap
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

// leadingTo collects f and what calls it, on ways that are not apart.
func (w *asking) leadingTo(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 8 || w.endsHolder(f) {
		return
	}
	into[f] = true
	for _, call := range w.c.x.Callers(f) {
		if _, spawned := call.(*ssa.Go); !spawned && !w.apart(call) {
			w.leadingTo(call.Parent(), into, depth+1)
		}
	}
	for _, mc := range w.made(f) {
		if !w.apart(mc) {
			w.leadingTo(mc.Parent(), into, depth+1) // who makes the literal may run it
		}
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

// callsOne reports whether i may call one of the functions. A goroutine that
// does has asked a peer first, or the deletion would not be one on demand.
func (c *checker) callsOne(i ssa.Instruction, of map[*ssa.Function]bool) bool {
	if mc, ok := i.(*ssa.MakeClosure); ok {
		f := mc.Fn.(*ssa.Function)
		return of[f] && len(c.x.Callers(f)) == 0
	}
	call, ok := i.(ssa.CallInstruction)
	if _, spawned := i.(*ssa.Go); !ok || spawned {
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
