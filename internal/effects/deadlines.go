package effects

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// HasWriteDeadline reports whether writes to a value of type t can be given
// a deadline of their own.
func HasWriteDeadline(t types.Type) bool {
	return hasMethod(t, "SetWriteDeadline") || hasMethod(t, "SetDeadline")
}

// DeadlineOf returns what call puts a write deadline on and the time, nil for
// calls that set none: by table, and by form for types of no table.
func DeadlineOf(call ssa.CallInstruction) (on, until ssa.Value) {
	fn := valueflow.Callee(call)
	if fn == nil {
		return nil, nil
	}
	if row, ok := apimodel.Find(fn, apimodel.WriteDeadline); ok {
		return valueflow.Recv(call), valueflow.Arg(call, row.Arg)
	}
	if fn.Name() != "SetWriteDeadline" && fn.Name() != "SetDeadline" || len(apimodel.FuncRows(fn)) > 0 {
		return nil, nil
	}
	if args := valueflow.Args(call); len(args) == 1 && isTime(args[0].Type()) {
		return valueflow.Recv(call), args[0]
	}
	return nil, nil
}

// Extends returns what call puts a write deadline on through the function it
// calls.
func (r *Result) Extends(call ssa.CallInstruction) []ssa.Value {
	if f := valueflow.StaticCallee(call); f != nil && f.Blocks != nil && f.Pkg == r.Index().Pkg {
		return argsOf(call, r.writesOf(f).Until)
	}
	if fact, ok := r.fact(valueflow.Callee(call)); ok {
		return argsOf(call, fact.Writes.Until)
	}
	return nil
}

// IsZeroTime reports whether t is certainly the zero time, which takes a
// deadline away.
func IsZeroTime(x *valueflow.Index, t ssa.Value) bool {
	zero, other := false, false
	x.Walk(t, valueflow.Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Const:
			zero = true
		case *ssa.Alloc, *ssa.Phi:
			// what flows into them decides
		case *ssa.UnOp:
			if a, ok := v.X.(*ssa.Alloc); ok && neverStored(a) {
				zero = true
				return false
			}
			if g, ok := v.X.(*ssa.Global); ok {
				if strings.Contains(strings.ToLower(g.Name()), "zero") || strings.HasPrefix(strings.ToLower(g.Name()), "no") {
					zero = true
				} else {
					other = true
				}
				return false
			}
			if _, field := v.X.(*ssa.FieldAddr); field {
				other = true
			}
		default:
			other = true
			return false
		}
		return true
	})
	return zero && !other
}

// neverStored reports whether a variable is only read.
func neverStored(a *ssa.Alloc) bool {
	for _, r := range *a.Referrers() {
		if u, ok := r.(*ssa.UnOp); !ok || u.X != a {
			return false
		}
	}
	return true
}
