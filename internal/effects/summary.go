package effects

import (
	"golang.org/x/tools/go/ssa"
)

// A Summary is what calling one function of the package does.
type Summary struct {
	Waits Wait
	// Yields is what one call receives from a peer; nil when it receives
	// nothing, or does so in a loop of its own.
	Yields *Event
	// YieldsFrom is the parameter, plus one, of which one call takes a unit;
	// zero for functions that read from nothing they are given.
	YieldsFrom int
	// Slots are the slot operations of one call, its own and those of the
	// functions it certainly calls.
	Slots []SlotOp
	// SpawnsArgs are the parameters (the receiver does not count) that the
	// function runs in a new goroutine at each call, unbounded.
	SpawnsArgs []int
	// Spawns reports that each call starts a goroutine that outlives it.
	Spawns bool
}

// Of returns the summary of f, a function with a body in this package. For
// functions in a cycle of calls, what is not yet known is left out.
func (r *Result) Of(f *ssa.Function) *Summary {
	if s, ok := r.summaries[f]; ok {
		return s
	}
	if r.busy[f] {
		return &Summary{Waits: Unresolved}
	}
	r.busy[f] = true
	defer delete(r.busy, f)
	s := &Summary{Waits: r.waitsOf(f)}
	s.Yields = r.yieldOf(f)
	if n, ok := r.yieldsFrom(f); ok {
		s.YieldsFrom = n + 1
	}
	s.Slots = r.slotsOf(f)
	s.SpawnsArgs = r.spawnedParams(f)
	s.Spawns = r.spawnsUnjoined(f)
	r.summaries[f] = s
	return s
}

// bodies returns the functions of this package that call certainly or, for
// function values and interfaces, possibly invokes.
func (r *Result) bodies(call ssa.CallInstruction) []*ssa.Function {
	fs, _ := r.Index().Callees(call)
	return fs
}

// instructions calls visit for each instruction of f until it returns false.
func instructions(f *ssa.Function, visit func(ssa.Instruction) bool) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if !visit(i) {
				return
			}
		}
	}
}

// asCall returns i as a call that runs in this goroutine: a plain or a
// deferred one.
func asCall(i ssa.Instruction) (ssa.CallInstruction, bool) {
	if _, ok := i.(*ssa.Go); ok {
		return nil, false
	}
	c, ok := i.(ssa.CallInstruction)
	return c, ok
}

// paramIndex returns the position of p among its function's parameters, the
// receiver not counted; -1 for the receiver.
func paramIndex(p *ssa.Parameter) int {
	f := p.Parent()
	for i, q := range f.Params {
		if q == p {
			if f.Signature.Recv() != nil {
				return i - 1
			}
			return i
		}
	}
	return -1
}
