package unboundedqueue

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// otherWay returns a comparison of the length of ct that keeps another
// insertion from adding too many, where nothing compares it for op: neither
// the functions on the way to it nor what they call, and no comparison takes
// elements out. ok is false where some comparison may bound op; it is true,
// with no comparison, where there is none.
func (c *checker) otherWay(ct *containers.Container, op containers.Op, way []loops.Frame) (other *ssa.BinOp, ok bool) {
	cs := c.checks(ct)
	if len(cs) == 0 {
		return nil, true
	}
	round := map[*ssa.Function]bool{}
	for _, fr := range way {
		c.called(fr.Fn, round, 0)
	}
	for _, cmp := range cs {
		f := cmp.Parent()
		if round[f] || !c.guardsOther(ct, op, cmp) {
			return nil, false
		}
		from := map[*ssa.Function]bool{}
		c.called(f, from, 0)
		if from[op.Instr.Parent()] {
			return nil, false // it may be asked on the way here
		}
	}
	return cs[0], true
}

// guardsOther reports whether cmp only decides whether an insertion other
// than op is made: its branch for too many elements takes none out.
func (c *checker) guardsOther(ct *containers.Container, op containers.Op, cmp *ssa.BinOp) bool {
	if len(*cmp.Referrers()) != 1 {
		return false
	}
	br := branchOn(cmp)
	many := manyBranch(cmp)
	if br == nil || many < 0 {
		return false
	}
	guards := false
	for _, o := range ct.Inserts {
		b := o.Instr.Block()
		if o.Instr != op.Instr && b.Parent() == br.Parent() && flowgraph.EdgeDominates(br.Block(), 1-many, b) {
			guards = true
		}
	}
	if !guards {
		return false
	}
	for _, b := range br.Parent().Blocks {
		if flowgraph.EdgeDominates(br.Block(), many, b) && c.takesOut(ct, b) {
			return false
		}
	}
	return true
}
