package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// hasContext reports whether fn takes a context: its waits end with it.
func hasContext(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	for p := range fn.Signature().Params().Variables() {
		if apimodel.IsClass(p.Type(), apimodel.ContextType) {
			return true
		}
	}
	return false
}

// CondEnds is condEnds for a function that the package has.
func (r *Result) CondEnds(f *ssa.Function) bool { return r.condEnds(f) }

// condEnds reports whether f, which waits on a condition variable, may leave
// the loop around the wait for a second reason: it asks a context or a flag,
// or somebody it starts wakes it.
func (r *Result) condEnds(f *ssa.Function) bool {
	loops := r.forests.Of(f)
	ends := false
	instructions(f, func(i ssa.Instruction) bool {
		call, ok := asCall(i)
		if !ok {
			return true
		}
		if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.CondWait); !ok {
			return true
		}
		l := loops.Innermost(i.Block())
		exits := 0
		if l != nil {
			for _, b := range l.Blocks() {
				if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && (!l.Contains(b.Succs[0]) || !l.Contains(b.Succs[1])) {
					exits++
				}
			}
		}
		ends = ends || exits > 1 || l == nil
		return !ends
	})
	return ends || r.wakesItself(f)
}

// wakesItself reports whether a literal in f wakes who waits for a
// condition: a watchdog that looks at the clock or a context.
func (r *Result) wakesItself(f *ssa.Function) bool {
	found := false
	for _, g := range f.AnonFuncs {
		instructions(g, func(i ssa.Instruction) bool {
			if call, ok := i.(ssa.CallInstruction); ok {
				_, found = apimodel.Find(valueflow.Callee(call), apimodel.CondSignal)
			}
			return !found
		})
		if found || r.wakesItself(g) {
			return true
		}
	}
	// stop := context.AfterFunc(ctx, s.cond.Broadcast)
	instructions(f, func(i ssa.Instruction) bool {
		call, ok := asCall(i)
		if !ok {
			return true
		}
		_, found = apimodel.Find(valueflow.Callee(call), apimodel.AfterFunc)
		return !found
	})
	return found
}
