package flowgraph

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// Default is the arm of a select's default clause.
const Default = -1

// ArmOf returns the arm of the select that control must have taken to get to
// b: the index of the state, or Default. ok is false when b can be reached
// through several arms.
func ArmOf(sel *ssa.Select, b *ssa.BasicBlock) (arm int, ok bool) {
	for _, t := range armTests(sel) {
		if EdgeDominates(t.block, 0, b) || t.block.Succs[0] == b && len(b.Preds) == 1 {
			return t.arm, true
		}
		if !sel.Blocking && t.arm == len(sel.States)-1 && EdgeDominates(t.block, 1, b) {
			return Default, true
		}
	}
	if !sel.Blocking && len(sel.States) == 1 {
		return 0, false
	}
	return 0, false
}

// TakesArm reports whether the n-th edge out of b is taken with the arm of the
// select alone, or with any other arm alone; decides is false for edges that do
// not tell. An arm without statements has no block of its own, but an edge.
func TakesArm(sel *ssa.Select, arm int, b *ssa.BasicBlock, n int) (takes, decides bool) {
	for _, t := range armTests(sel) {
		if t.block != b {
			continue
		}
		if t.arm == arm {
			return n == 0, true
		}
		return false, n == 0
	}
	got, ok := ArmOf(sel, b.Succs[n])
	return got == arm, ok
}

// ArmBlock returns the block control goes to when the arm is taken, nil when
// it is not found.
func ArmBlock(sel *ssa.Select, arm int) *ssa.BasicBlock {
	tests := armTests(sel)
	for _, t := range tests {
		if t.arm == arm {
			return t.block.Succs[0]
		}
		if arm == Default && !sel.Blocking && t.arm == len(sel.States)-1 {
			return t.block.Succs[1]
		}
	}
	return nil
}

type armTest struct {
	block *ssa.BasicBlock // ends in: if index == arm
	arm   int
}

// armTests finds the comparisons of the select's index that go/ssa makes,
// one per state.
func armTests(sel *ssa.Select) []armTest {
	var ts []armTest
	for _, r := range *sel.Referrers() {
		e, ok := r.(*ssa.Extract)
		if !ok || e.Index != 0 {
			continue
		}
		for _, u := range *e.Referrers() {
			cmp, ok := u.(*ssa.BinOp)
			if !ok || cmp.Op != token.EQL {
				continue
			}
			c, ok := cmp.Y.(*ssa.Const)
			if !ok || c.Value == nil {
				continue
			}
			n, exact := constant.Int64Val(c.Value)
			if !exact {
				continue
			}
			for _, w := range *cmp.Referrers() {
				if br, ok := w.(*ssa.If); ok {
					ts = append(ts, armTest{br.Block(), int(n)})
				}
			}
		}
	}
	return ts
}
