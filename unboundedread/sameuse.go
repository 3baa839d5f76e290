package unboundedread

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// alike reports whether the same function makes something of what the two
// calls return, and of nothing else that differs in its type.
func (c *classifier) alike(a, b *ssa.Call) bool {
	for _, u := range c.uses(a) {
		for _, w := range c.uses(b) {
			if u.phi != nil && u.phi == w.phi || u.call != nil && w.call != nil && sameUse(u, w) {
				return true
			}
		}
	}
	return false
}

// A use is what is made of bytes: an argument of a call, or a variable.
type use struct {
	call *ssa.Call
	arg  int
	phi  *ssa.Phi
}

// uses returns what is made of the first result of the call.
func (c *classifier) uses(call *ssa.Call) []use {
	var us []use
	var follow func(v ssa.Value, depth int)
	result := func(call *ssa.Call, n, depth int) {
		if _, ok := call.Type().(*types.Tuple); !ok {
			follow(call, depth)
			return
		}
		for _, r := range *call.Referrers() {
			if e, ok := r.(*ssa.Extract); ok && e.Index == n {
				follow(e, depth)
			}
		}
	}
	follow = func(v ssa.Value, depth int) {
		if depth > maxClimb || v.Referrers() == nil {
			return
		}
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Slice:
				follow(r, depth+1)
			case *ssa.Convert:
				follow(r, depth+1)
			case *ssa.Phi:
				us = append(us, use{phi: r})
				follow(r, depth+1)
			case *ssa.Call:
				for n, a := range r.Call.Args {
					if a == v && consumes(r) {
						us = append(us, use{call: r, arg: n})
					}
				}
			case *ssa.Return:
				for n, res := range r.Results {
					if res != v {
						continue
					}
					for _, caller := range c.eff.Index().StaticCallers(r.Parent()) {
						if up, ok := caller.(*ssa.Call); ok {
							result(up, n, depth+1)
						}
					}
				}
			}
		}
	}
	result(call, 0, 0)
	return us
}

// consumes reports whether the call makes something of its arguments, and not
// only another form of them.
func consumes(call *ssa.Call) bool {
	fn := valueflow.Callee(call)
	if fn == nil {
		return false
	}
	if _, fills := apimodel.Find(fn, apimodel.Unmarshal); fills {
		return true
	}
	for _, does := range []apimodel.Effect{apimodel.Derive, apimodel.Wrap, apimodel.NoBlock} {
		if _, ok := apimodel.Find(fn, does); ok {
			return false
		}
	}
	return true
}

func sameUse(a, b use) bool {
	x, y := a.call.Call.Args, b.call.Call.Args
	if a.arg != b.arg || len(x) != len(y) || valueflow.Callee(a.call) != valueflow.Callee(b.call) {
		return false
	}
	for n := range x {
		if n != a.arg && !types.Identical(unboxed(x[n]), unboxed(y[n])) {
			return false
		}
	}
	return true
}

// unboxed returns the type of v before it was put into an interface.
func unboxed(v ssa.Value) types.Type {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		return mi.X.Type()
	}
	return v.Type()
}
