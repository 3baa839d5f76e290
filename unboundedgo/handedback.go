package unboundedgo

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// handedBack reports whether the function that starts the goroutine returns
// what ends it: a function or struct that has the channel it waits on, or the
// value whose method it runs, with such a channel in a field. Whoever is given
// that says when the goroutine ends; the function does not know.
func (c *classifier) handedBack(s effects.Spawn) bool {
	f := s.Instr.Parent()
	for n := range f.Signature.Results().Len() {
		vs, _ := valueflow.Returned(f, n)
		for _, v := range vs {
			if mc, ok := unwrapped(v).(*ssa.MakeClosure); ok && waitsForOneOf(s, mc.Bindings) {
				return true
			}
			if waitsForPartOf(s, unwrapped(v)) || waitsForOneOf(s, keptIn(unwrapped(v))) {
				return true
			}
		}
	}
	return false
}

// unwrapped returns v without the interface or named type that it is given.
func unwrapped(v ssa.Value) ssa.Value {
	for {
		switch x := valueflow.Settled(v).(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return x
		}
	}
}

// waitsForOneOf reports whether the literal that s runs has captured one of the
// channels and receives from it.
func waitsForOneOf(s effects.Spawn, shared []ssa.Value) bool {
	mc, ok := s.Instr.Common().Value.(*ssa.MakeClosure)
	if !ok {
		return false
	}
	f := mc.Fn.(*ssa.Function)
	for n, b := range mc.Bindings {
		if slices.Contains(shared, b) && receives(f, func(ch ssa.Value) bool { return ch == f.FreeVars[n] || loads(ch, f.FreeVars[n]) }) {
			return true
		}
	}
	return false
}

// keptIn returns what is stored in the fields of v, and the variables that is
// loaded from.
func keptIn(v ssa.Value) (vs []ssa.Value) {
	a, ok := v.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, r := range *a.Referrers() {
		fa, ok := r.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, u := range *fa.Referrers() {
			st, ok := u.(*ssa.Store)
			if !ok || st.Addr != fa {
				continue
			}
			val := st.Val
			if ct, ok := val.(*ssa.ChangeType); ok {
				val = ct.X // chan T as <-chan T
			}
			vs = append(vs, val)
			if load, ok := val.(*ssa.UnOp); ok {
				vs = append(vs, load.X)
			}
		}
	}
	return vs
}

// waitsForPartOf reports whether s runs a method of v, or a function that is
// given it, which receives from a channel in a field of it.
func waitsForPartOf(s effects.Spawn, v ssa.Value) bool {
	call := s.Instr.Common()
	f := call.StaticCallee()
	if f == nil || f.Blocks == nil {
		return false
	}
	for n, a := range call.Args {
		if n < len(f.Params) && valueflow.Settled(a) == v && receives(f, func(ch ssa.Value) bool {
			u, ok := ch.(*ssa.UnOp)
			if !ok {
				return false
			}
			fa, ok := u.X.(*ssa.FieldAddr)
			return ok && (fa.X == f.Params[n] || loads(fa.X, f.Params[n]))
		}) {
			return true
		}
	}
	return false
}

// loads reports whether v is loaded from the variable at addr.
func loads(v, addr ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	return ok && u.X == addr
}

// receives reports whether f receives from a channel that is one asked for.
func receives(f *ssa.Function, is func(ch ssa.Value) bool) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.UnOp:
				if ch, ok := valueflow.IsRecv(i); ok && is(ch.X) {
					return true
				}
			case *ssa.Select:
				for _, st := range i.States {
					if st.Dir == types.RecvOnly && is(st.Chan) {
						return true
					}
				}
			}
		}
	}
	return false
}
