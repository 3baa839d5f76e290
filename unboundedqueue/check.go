package unboundedqueue

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// A check is a comparison of a container's length that bounds nothing: made
// when the element is in, with a branch for "too many" that leaves it there.
type check struct{ at *ssa.BinOp }

// checked reports whether a comparison of the length of ct may bound what op
// inserts as driven by d. Where each of them certainly bounds nothing, late
// is one of them.
func (c *checker) checked(ct *containers.Container, d *loops.Driver) (holds bool, late *check) {
	for _, cmp := range c.checks(ct) {
		if d == nil || !c.onlyNotes(ct, cmp, d) {
			return true, nil
		}
		late = &check{cmp}
	}
	return false, late
}

func (c *checker) checks(ct *containers.Container) []*ssa.BinOp {
	cs, ok := c.lengths[ct]
	if !ok {
		cs = c.index.Checks(ct)
		c.lengths[ct] = cs
	}
	return cs
}

// onlyNotes reports whether the comparison is made on the way of d after the
// insertion, and the branch for too many elements neither takes one out nor
// leaves the function: it logs, or does without something else.
func (c *checker) onlyNotes(ct *containers.Container, cmp *ssa.BinOp, d *loops.Driver) bool {
	var br *ssa.If
	for _, r := range *cmp.Referrers() {
		b, ok := r.(*ssa.If)
		if !ok || br != nil {
			return false
		}
		br = b
	}
	if br == nil {
		return false
	}
	after := false
	for _, fr := range d.Chain {
		if fr.Fn == br.Parent() && flowgraph.Dominates(fr.Site, br) {
			after = true
		}
	}
	if !after {
		return false
	}
	many := manyBranch(cmp)
	if many < 0 {
		return false
	}
	for _, b := range br.Parent().Blocks {
		if flowgraph.EdgeDominates(br.Block(), many, b) && c.actsOn(ct, b) {
			return false
		}
	}
	// The branch must come back to what is done in any case.
	return br.Block().Succs[many] != br.Block().Succs[1-many] && rejoins(br, many)
}

// manyBranch returns the successor taken when there are many elements, -1
// where that cannot be told: the length must be on one side.
func manyBranch(cmp *ssa.BinOp) int {
	_, left := cmp.X.(*ssa.Call)
	_, right := cmp.Y.(*ssa.Call)
	if left == right {
		return -1
	}
	switch cmp.Op {
	case token.GTR, token.GEQ:
		if left {
			return 0
		}
		return 1
	case token.LSS, token.LEQ:
		if left {
			return 1
		}
		return 0
	}
	return -1
}

// actsOn reports whether block b takes something out of ct, leaves the
// function, or calls what does.
func (c *checker) actsOn(ct *containers.Container, b *ssa.BasicBlock) bool {
	for _, i := range b.Instrs {
		switch i.(type) {
		case *ssa.Return, *ssa.Panic:
			return true
		}
	}
	return c.takesOut(ct, b)
}

// takesOut reports whether block b takes something out of ct, or calls what
// does.
func (c *checker) takesOut(ct *containers.Container, b *ssa.BasicBlock) bool {
	for _, i := range b.Instrs {
		for _, r := range ct.Removals {
			if r.Instr == i {
				return true
			}
		}
		call, ok := i.(ssa.CallInstruction)
		if _, spawned := i.(*ssa.Go); !ok || spawned {
			continue
		}
		round := map[*ssa.Function]bool{}
		fs, _ := c.x.Callees(call)
		for _, f := range fs {
			c.called(f, round, 0)
		}
		for _, r := range ct.Removals {
			if round[r.Instr.Parent()] {
				return true
			}
		}
	}
	return false
}

// rejoins reports whether the branch comes to a block that the other branch
// comes to as well.
func rejoins(br *ssa.If, many int) bool {
	for _, b := range br.Parent().Blocks {
		if reaches(br.Block().Succs[many], b) && reaches(br.Block().Succs[1-many], b) {
			return true
		}
	}
	return false
}
