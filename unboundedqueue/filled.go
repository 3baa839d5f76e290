package unboundedqueue

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// filledOnce reports whether the insertion is only reached while there is
// nothing in the container: a table that the first event fills.
func (c *checker) filledOnce(ct *containers.Container, op containers.Op, d *loops.Driver) bool {
	at := op.Instr.Block()
	for b := at.Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		if d.Loop != nil && d.Loop.Contains(at) && !d.Loop.Contains(b) {
			return false // asked once, filled with each event
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok || !isZero(cmp.Y) || !c.isContainer(ct, sized(cmp.X)) {
			continue
		}
		switch cmp.Op {
		case token.EQL, token.LEQ:
			if flowgraph.EdgeDominates(b, 0, at) {
				return true
			}
		case token.NEQ, token.GTR:
			if flowgraph.EdgeDominates(b, 1, at) {
				return true
			}
		}
	}
	return false
}

// sized returns what v is the length of, v itself where it is none.
func sized(v ssa.Value) ssa.Value {
	if c, ok := v.(*ssa.Call); ok {
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return c.Call.Args[0]
		}
	}
	return v
}

func isZero(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && (k.Value == nil || k.Value.ExactString() == "0")
}
