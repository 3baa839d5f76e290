package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// LimitedListener reports whether v may be a listener that accepts no more
// than a number of connections at once: wrapped by a modelled limiter, made
// by a function whose result is one, or of a type whose Accept takes a slot.
func (r *Result) LimitedListener(v ssa.Value) bool {
	limited := false
	r.Index().Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		if r.acceptTakesSlot(v.Type()) {
			limited = true
		}
		var call *ssa.Call
		switch v := v.(type) {
		case *ssa.Call:
			call = v
		case *ssa.Extract:
			call, _ = v.Tuple.(*ssa.Call)
		}
		if call != nil && r.LimitedResult(valueflow.Callee(call)) && !hugeLimit(call) {
			limited = true
		}
		return !limited
	})
	return limited
}

// hugeLimit reports whether a listener is limited to more connections than
// any machine has.
func hugeLimit(call *ssa.Call) bool {
	row, ok := apimodel.Find(valueflow.Callee(call), apimodel.LimitListener)
	if !ok {
		return false
	}
	n, ok := valueflow.Int(valueflow.Arg(call, row.Arg))
	return ok && n >= 1<<20
}

// limitedResult reports whether f returns a listener with a limit.
func (r *Result) limitedResult(f *ssa.Function) bool {
	res := f.Signature.Results()
	if res.Len() == 0 || !hasAccept(res.At(0).Type()) {
		return false
	}
	for _, b := range f.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && r.LimitedListener(ret.Results[0]) {
			return true
		}
	}
	return false
}

func hasAccept(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Accept")
	_, ok := obj.(*types.Func)
	return ok
}

// acceptTakesSlot reports whether t's Accept method takes a slot: by its body
// in this package, by its fact in another.
func (r *Result) acceptTakesSlot(t types.Type) bool {
	if types.IsInterface(t) {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Accept")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	if fn.Pkg() != r.pass.Pkg {
		if apimodel.Standard(fn.Pkg().Path()) {
			return false
		}
		f, ok := r.fact(fn)
		if !ok {
			return false
		}
		for _, s := range f.Slots {
			if s.Verb == Take || s.Verb == TryTake || s.Verb == SendSlot || s.Verb == CountUp {
				return true
			}
		}
		return false
	}
	f := r.Index().Pkg.Prog.FuncValue(fn.Origin())
	return f != nil && f.Blocks != nil && r.TakesSlot(f)
}

// TakesSlot reports whether a call of f takes a slot that somebody else
// gives back later.
func (r *Result) TakesSlot(f *ssa.Function) bool {
	for _, op := range r.Of(f).Slots {
		if !op.Sure || op.Guess {
			continue
		}
		if op.Verb == Take || op.Verb == TryTake {
			return true
		}
		if op.Value == nil {
			continue // a channel of another package, known by name only
		}
		switch op.Verb {
		case SendSlot:
			if isToken(op.Value.Type()) {
				return true
			}
		case RecvSlot:
			// A stop channel is closed and never sent on.
			if isToken(op.Value.Type()) && op.Waits && r.Index().SentOn(op.On) {
				return true
			}
		}
	}
	return r.waitsForCond(f)
}

// waitsForCond reports whether f itself waits on a condition variable.
func (r *Result) waitsForCond(f *ssa.Function) bool { return calls(f, apimodel.CondWait) }

// signalsCond reports whether f itself wakes who waits on one.
func (r *Result) signalsCond(f *ssa.Function) bool { return calls(f, apimodel.CondSignal) }

// calls reports whether f itself calls something with the effect.
func calls(f *ssa.Function, does apimodel.Effect) bool {
	found := false
	instructions(f, func(i ssa.Instruction) bool {
		if c, ok := asCall(i); ok {
			_, has := apimodel.Find(valueflow.Callee(c), does)
			found = found || has
		}
		return !found
	})
	return found
}
