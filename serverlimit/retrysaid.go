package serverlimit

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
)

// answering is the method by which all answers get their status: one of the
// package may set the header for those that are busy.
const answering = "WriteHeader"

// says reports whether the answer at i may have the header: the call that
// answers sets it, or something does that may run before, here or in who leads
// to here. What another branch of the function sets is of no use to this one.
func (c *checker) says(i ssa.Instruction, f *ssa.Function, byError bool) bool {
	if c.sets(i) {
		return true
	}
	for _, g := range c.eff.Index().Funcs {
		if (byError || g.Name() == answering && g.Signature.Recv() != nil) && c.eff.SaysRetryAfter(g) {
			return true
		}
	}
	return !byError && c.saidBefore(i, f, 0)
}

// sets reports whether i sets the header, or calls what does.
func (c *checker) sets(i ssa.Instruction) bool {
	if c.eff.SetsRetryAfter(i) {
		return true
	}
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return false
	}
	for _, g := range c.eff.Index().StaticBodies(call) {
		if c.eff.SaysRetryAfter(g) {
			return true
		}
	}
	return false
}

// saidBefore reports whether the header may be set when f comes to i: by f,
// by a function around f, or by one that leads to it.
func (c *checker) saidBefore(i ssa.Instruction, f *ssa.Function, depth int) bool {
	for _, b := range f.Blocks {
		for _, j := range b.Instrs {
			if j != i && c.sets(j) && reaches(j, i) {
				return true
			}
		}
	}
	if depth == 3 {
		return false
	}
	for _, mc := range c.eff.Index().Closures(f) {
		if c.saidBefore(mc, mc.Parent(), depth+1) {
			return true
		}
	}
	for _, call := range c.eff.Index().StaticCallers(f) {
		if call.Parent() != f && c.saidBefore(call, call.Parent(), depth+1) {
			return true
		}
	}
	return false
}

// reaches reports whether control may get from one instruction of a function
// to another.
func reaches(from, to ssa.Instruction) bool {
	found := false
	flowgraph.PathQuery{
		From: from,
		Barrier: func(i ssa.Instruction) bool {
			found = found || i == to
			return found
		},
		End: func(_, _ *ssa.BasicBlock) bool { return found },
	}.Exists()
	return found
}
