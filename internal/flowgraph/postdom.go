package flowgraph

import "golang.org/x/tools/go/ssa"

// PostDominates reports whether every path from just after a to an exit of
// the function (return or panic) executes b. A deferred call counts where it
// is deferred: once that has executed, every exit runs it. Paths that never
// leave the function do not count against it.
func PostDominates(b, a ssa.Instruction) bool {
	if a.Parent() != b.Parent() {
		return false
	}
	return !PathQuery{From: a,
		Barrier: func(i ssa.Instruction) bool { return i == b },
		End:     func(_, s *ssa.BasicBlock) bool { return s == nil },
	}.Exists()
}
