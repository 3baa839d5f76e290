package effects

import (
	"go/types"
	"slices"
)

// EndsToo reports whether a call of other takes a slot where one of fn does and,
// unlike that, can be ended.
func (r *Result) EndsToo(fn, other *types.Func) bool {
	waits, ends := r.slotFactsOf(fn), r.slotFactsOf(other)
	return slices.ContainsFunc(waits, func(w slotFact) bool {
		return w.Waits && !w.Ended && taking(w.Verb) && slices.ContainsFunc(ends, func(e slotFact) bool {
			return e.Verb == w.Verb && e.Place == w.Place && e.Waits && e.Ended
		})
	})
}

func taking(v Verb) bool { return v == SendSlot || v == RecvSlot || v == Take }

// slotFactsOf returns what is known of the slots that fn takes and gives.
func (r *Result) slotFactsOf(fn *types.Func) []slotFact {
	if fn.Pkg() != r.pass.Pkg {
		if f, ok := r.fact(fn); ok {
			return f.Slots
		}
		return nil
	}
	for _, f := range r.Index().Funcs {
		if f.Object() != fn.Origin() {
			continue
		}
		if fact := r.factOf(f); fact != nil {
			return fact.Slots
		}
		return nil
	}
	return nil
}
