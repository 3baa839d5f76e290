package stall

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Ways says what lies on the ways to a write: each flag holds if it is so on
// some way.
type Ways struct {
	// Covered: a deadline was set before; Set is where. Here: by the
	// function that writes.
	Covered bool
	Set     ssa.Instruction
	Here    bool
	// OptIn: a deadline was set before, but only where Knob is, which by default
	// it is not. The other flags are about the ways without it.
	OptIn ssa.Instruction
	Knob  *types.Var
	// Bare: the connection was made, or the deadline taken away, with no
	// deadline set since; Root is where.
	Bare bool
	Root ssa.Instruction
	// Handler: no deadline was set since a library called the function.
	Handler bool
	// Unknown: the way begins in code that is not visible.
	Unknown bool
}

// maxFrames is how many calls up a deadline may be set.
const maxFrames = 6

// Before returns what lies on the ways to instruction i, going back through
// callers and the go statements that started it.
func (c *Checker) Before(i ssa.Instruction, s *Sink) Ways {
	c.look()
	w := &backward{c: c, s: s, seen: map[ssa.Instruction]bool{}, sets: c.Settings(s)}
	w.from(i, 0)
	return w.ways
}

type backward struct {
	c    *Checker
	s    *Sink
	seen map[ssa.Instruction]bool
	sets []Setting // on the sink
	ways Ways
}

// from walks back from i to the entry of its function.
func (w *backward) from(i ssa.Instruction, frames int) {
	if w.seen[i] {
		return
	}
	w.seen[i] = true
	if frames > maxFrames {
		w.ways.Unknown = true
		return
	}
	f := i.Parent()
	fr := &frame{w: w, blocks: map[*ssa.BasicBlock]bool{}}
	fr.back(i.Block(), indexIn(i)-1)
	if fr.set != nil {
		// A branch around it is the operator's choice to go without.
		w.ways.Covered, w.ways.Set = true, fr.set
		w.ways.Here = w.ways.Here || frames == 0
		return
	}
	if fr.root != nil {
		w.ways.Bare, w.ways.Root = true, fr.root
	}
	if fr.entry {
		w.callers(f, frames)
	}
}

// A frame is the way back through one function. Back edges are not followed:
// a deadline set in the round before is over, or soon will be.
type frame struct {
	w      *backward
	blocks map[*ssa.BasicBlock]bool
	set    ssa.Instruction
	root   ssa.Instruction // where the connection was made or the deadline taken away
	entry  bool
}

func (fr *frame) back(b *ssa.BasicBlock, n int) {
	for ; n >= 0; n-- {
		if fr.meets(b.Instrs[n]) {
			return
		}
	}
	if b.Index == 0 {
		fr.entry = true
	}
	for _, p := range b.Preds {
		if !fr.blocks[p] && !b.Dominates(p) {
			fr.blocks[p] = true
			fr.back(p, len(p.Instrs)-1)
		}
	}
}

func indexIn(i ssa.Instruction) int {
	for n, j := range i.Block().Instrs {
		if i == j {
			return n
		}
	}
	return 0
}

// meets notes what instruction i says about the deadline, if anything.
func (fr *frame) meets(i ssa.Instruction) bool {
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return false
	}
	w := fr.w
	if v := call.Value(); v != nil && w.makes(v) {
		fr.root = i
		return true
	}
	switch i.(type) {
	case *ssa.Go, *ssa.Defer:
		return false // at another time
	}
	for _, set := range w.sets {
		if set.Instr != call {
			continue
		}
		if set.Zero {
			fr.root = i
			return true
		}
		return fr.sets(i, i)
	}
	if set := w.through(call); set != nil {
		return fr.sets(i, set)
	}
	return false
}

// sets notes that a deadline is set at i, by instruction set, and reports
// whether that ends the way back: it does not where it is done only if
// somebody has opted in.
func (fr *frame) sets(i, set ssa.Instruction) bool {
	x := fr.w.c.x
	for _, at := range []ssa.Instruction{i, set} {
		if knob := optsIn(x, at); knob != nil {
			fr.w.ways.OptIn, fr.w.ways.Knob = set, knob
			return false
		}
	}
	fr.set = set
	return true
}

// optsIn returns the setting without which i is not reached and that is zero
// by default, nil for none.
func optsIn(x *valueflow.Index, i ssa.Instruction) *types.Var {
	for d := i.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		side, ok := valueflow.UnlimitedSide(br.Cond)
		if !ok || !flowgraph.EdgeDominates(d, 1-side, i.Block()) {
			continue
		}
		if knob := knobs.Field(x, br.Cond.(*ssa.BinOp).X); knob != nil {
			return knob
		}
	}
	return nil
}

// makes reports whether v is, or its first result is, the connection as a
// peer or this program opened it.
func (w *backward) makes(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	for _, e := range w.c.Eff.EventsAt(call) {
		if e.Accept {
			return true
		}
	}
	if w.s.On[call] {
		return !w.c.x.HasBody(call)
	}
	for _, r := range *call.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && w.s.On[e] {
			return !w.c.x.HasBody(call)
		}
	}
	return false
}

// through returns a setting that call leads to, nil for none.
func (w *backward) through(call ssa.CallInstruction) ssa.Instruction {
	if len(w.sets) == 0 {
		return nil
	}
	fs, _ := w.c.x.Callees(call)
	for _, f := range fs {
		reached := w.c.reach(f)
		for _, set := range w.sets {
			if !set.Zero && reached[set.Instr.Parent()] {
				return set.Instr
			}
		}
	}
	return nil
}

// callers goes on where f is called or started.
func (w *backward) callers(f *ssa.Function, frames int) {
	n := 0
	elsewhere, timed := 0, 0
	for _, c := range w.c.x.Callers(f) {
		if c.Parent() == f {
			continue
		}
		if f.Parent() != nil && declared(c.Parent()) != declared(f) {
			// A literal that is called elsewhere has its connection from
			// where it was made: others may set a deadline first, but where
			// theirs comes from says nothing.
			elsewhere++
			if w.handed(c, frames+1) {
				timed++
			}
			continue
		}
		w.from(c, frames+1)
		n++
	}
	for _, mc := range w.c.x.Closures(f) {
		if n == 0 && (elsewhere == 0 || timed < elsewhere) {
			w.from(mc, frames+1) // a literal begins where it is made at the earliest
		}
	}
	if n > 0 || f.Parent() != nil {
		if obj := f.Object(); obj == nil || !obj.Exported() {
			return
		}
	}
	if w.c.handles(f) {
		w.ways.Handler = true
		return
	}
	w.ways.Unknown = true
}

// handed goes on at call, which calls a literal that was handed to its
// function, and reports whether that one sets a deadline first on all ways.
func (w *backward) handed(call ssa.Instruction, frames int) bool {
	unknown := w.ways.Unknown
	sub := &backward{c: w.c, s: w.s, seen: w.seen, sets: w.sets}
	sub.from(call, frames)
	w.ways = w.ways.and(sub.ways)
	w.ways.Unknown = unknown
	return sub.ways.Covered && !sub.ways.Bare && !sub.ways.Handler && !sub.ways.Unknown
}

// and returns what lies on the ways of both.
func (w Ways) and(o Ways) Ways {
	if o.Covered {
		w.Covered, w.Set, w.Here = true, o.Set, w.Here || o.Here
	}
	if o.OptIn != nil {
		w.OptIn, w.Knob = o.OptIn, o.Knob
	}
	if o.Bare {
		w.Bare, w.Root = true, o.Root
	}
	w.Handler = w.Handler || o.Handler
	w.Unknown = w.Unknown || o.Unknown
	return w
}

// declared returns the declared function around a literal.
func declared(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}
