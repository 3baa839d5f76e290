package effects

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// TakesSlotOf reports whether fn, a function of this package or of another,
// takes slots of what is passed for its parameter n.
func (r *Result) TakesSlotOf(fn *types.Func, n int) bool {
	if fn == nil {
		return false
	}
	if fn.Pkg() != r.pass.Pkg {
		f, ok := r.fact(fn)
		if !ok {
			return false
		}
		for _, s := range f.Slots {
			if (s.Verb == Take || s.Verb == TryTake) && s.Place == paramPlace+strconv.Itoa(n) {
				return true
			}
		}
		return false
	}
	f := r.Index().Pkg.Prog.FuncValue(fn.Origin())
	if f == nil || f.Blocks == nil {
		return false
	}
	for _, op := range r.Of(f).Slots {
		if op.Verb != Take && op.Verb != TryTake {
			continue
		}
		for k := range op.On {
			if p, ok := k.(*ssa.Parameter); ok && p.Parent() == f && paramIndex(p) == n {
				return true
			}
		}
	}
	return false
}
