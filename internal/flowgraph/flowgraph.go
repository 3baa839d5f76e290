// Package flowgraph answers which blocks of a function come before, after
// and around which: natural loops, post-dominance and paths.
package flowgraph

import "golang.org/x/tools/go/ssa"

// Dominates reports whether a executes before b on every path to b.
func Dominates(a, b ssa.Instruction) bool {
	ab, bb := a.Block(), b.Block()
	if ab == nil || bb == nil || ab.Parent() != bb.Parent() {
		return false
	}
	if ab != bb {
		return ab.Dominates(bb)
	}
	return indexOf(a) < indexOf(b)
}

func indexOf(i ssa.Instruction) int {
	for n, x := range i.Block().Instrs {
		if x == i {
			return n
		}
	}
	return -1
}

// EdgeDominates reports whether every path to block to takes the edge from
// the end of block from to its succ-th successor.
func EdgeDominates(from *ssa.BasicBlock, succ int, to *ssa.BasicBlock) bool {
	s := from.Succs[succ]
	if len(from.Succs) > 1 && from.Succs[0] == from.Succs[1] {
		return false
	}
	for _, p := range s.Preds {
		if p != from && !s.Dominates(p) {
			return false // reached by other ways too, and not only around a loop
		}
	}
	return s.Dominates(to)
}

// A PathQuery asks whether control can get from just after one instruction
// to an end without meeting a barrier.
type PathQuery struct {
	From    ssa.Instruction
	Barrier func(ssa.Instruction) bool
	// End reports whether leaving block b for its successor s is an end.
	// s is nil where b returns or panics.
	End func(b, s *ssa.BasicBlock) bool
}

// Exists reports whether there is such a path.
func (q PathQuery) Exists() bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) bool
	walk = func(b *ssa.BasicBlock, from int) bool {
		for _, i := range b.Instrs[from:] {
			if q.Barrier(i) {
				return false
			}
		}
		if len(b.Succs) == 0 {
			return q.End(b, nil)
		}
		for _, s := range b.Succs {
			if q.End(b, s) {
				return true
			}
			if !seen[s] {
				seen[s] = true
				if walk(s, 0) {
					return true
				}
			}
		}
		return false
	}
	return walk(q.From.Block(), indexOf(q.From)+1)
}
