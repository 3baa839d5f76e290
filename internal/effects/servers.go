package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Made is where a server or pool was made: an allocation, a variable or
// field that holds it by value, or a call of a function that makes one.
type Made struct {
	Value ssa.Value
	key   any
}

// MadeAt returns where what v is or points to may have been made, as far as
// that is visible.
func (r *Result) MadeAt(v ssa.Value) []Made {
	var ms []Made
	r.eachMade(v, func(m Made) { ms = append(ms, m) }, nil)
	return ms
}

// eachMade calls made for each place where v may have been made, and unknown
// (if not nil) where it may come from elsewhere.
func (r *Result) eachMade(v ssa.Value, made func(Made), unknown func(ssa.Value)) {
	of := serverType(v.Type())
	if unknown == nil {
		unknown = func(ssa.Value) {}
	}
	complete := r.Index().Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Alloc:
			if types.Identical(serverType(v.Type()), of) {
				made(Made{v, v})
				return false
			}
		case *ssa.FieldAddr:
			if types.Identical(serverType(v.Type()), of) {
				made(Made{v, valueflow.FieldOf(v.X.Type(), v.Field)})
				return false
			}
		case *ssa.Global:
			if types.Identical(serverType(v.Type()), of) {
				made(Made{v, v})
				return false
			}
		case *ssa.Call:
			if len(r.Index().StaticBodies(v)) == 0 {
				made(Made{v, v})
			}
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok && len(r.Index().StaticBodies(c)) == 0 {
				made(Made{c, c})
			}
		case *ssa.Parameter, *ssa.UnOp:
			if r.Index().Open(v) {
				unknown(v)
			}
		}
		return true
	})
	if !complete {
		unknown(v)
	}
}

// serverType returns what t points to, t itself where it is no pointer.
func serverType(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return types.Unalias(t)
}

// isServer reports whether the times of t's requests are limited by fields.
func isServer(t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if k, ok := apimodel.KnobOf(t, f.Name()); ok && k.Does == apimodel.TimesReads {
			return true
		}
	}
	return false
}

// HasLimit reports whether the field role is set on what was made at m, or may
// be.
func (r *Result) HasLimit(m Made, role apimodel.FieldRole) bool {
	return r.hasLimit(m, role, 0) || r.configuredElsewhere(m)
}

// maxCopies bounds how often a server is copied before its limits count as
// set.
const maxCopies = 3

func (r *Result) hasLimit(m Made, role apimodel.FieldRole, copies int) bool {
	for _, l := range r.limitings() {
		if l.role != role || role != poolRole && !types.Identical(serverType(l.on.Type()), m.typ()) {
			continue
		}
		if !r.mayBe(l.on, m, role == poolRole) {
			continue
		}
		if l.copyOf == nil || copies == maxCopies || r.hasLimit(Made{l.copyOf, l.copyOf}, role, copies+1) {
			return true
		}
	}
	return false
}

// typ returns the type of the server or pool.
func (m Made) typ() types.Type {
	t := m.Value.Type()
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		t = tuple.At(0).Type()
	}
	return serverType(t)
}

// Type returns the type of the server or pool.
func (m Made) Type() types.Type { return m.typ() }

// Sets returns the values that are stored in the fields of the role of what
// was made at m.
func (r *Result) Sets(m Made, role apimodel.FieldRole) (vs []ssa.Value) {
	for _, l := range r.limitings() {
		st, ok := l.instr.(*ssa.Store)
		switch {
		case !ok || l.role != role || !r.mayBe(l.on, m, false):
		case l.copyOf == nil:
			vs = append(vs, st.Val)
		case l.copyOf != m.key:
			vs = append(vs, r.Sets(Made{l.copyOf, l.copyOf}, role)...)
		}
	}
	return vs
}

// SetsWithin reports whether the package sets a field of the role of a server
// that is a field of t: a framework's own.
func (r *Result) SetsWithin(t types.Type, role apimodel.FieldRole) bool {
	for _, l := range r.limitings() {
		if l.role != role {
			continue
		}
		within := false
		r.Index().Walk(l.on, valueflow.Options{}, func(v ssa.Value) bool {
			if u, ok := v.(*ssa.UnOp); ok {
				v = u.X
			}
			if fa, ok := v.(*ssa.FieldAddr); ok {
				within = within || types.Identical(serverType(fa.X.Type()), serverType(t))
			}
			return !within
		})
		if within {
			return true
		}
	}
	return false
}

// IsServer reports whether fields of t limit the time a request may take to
// come in.
func IsServer(t types.Type) bool { return isServer(serverType(t)) }

// IsPool reports whether t is a pool whose number of connections a method
// limits.
func IsPool(t types.Type) bool { return isPool(serverType(t)) }

// MayBe reports whether v may be, or be made of, what was made at m.
func (r *Result) MayBe(v ssa.Value, m Made) bool { return r.mayBe(v, m, false) }

// MadeBy returns the place where the call makes a server or pool.
func MadeBy(c *ssa.Call) Made { return Made{c, c} }

// Key identifies the place.
func (m Made) Key() any { return m.key }

// HasPoolLimit reports whether the pool made at m has, or may have, a limit.
func (r *Result) HasPoolLimit(m Made) bool { return r.HasLimit(m, poolRole) }

// mayBe reports whether v may be what was made at m. With orUnknown, what a
// function of another package returns may be it. What callers elsewhere pass
// is theirs: they know from a fact that the function sets a limit.
func (r *Result) mayBe(v ssa.Value, m Made, orUnknown bool) bool {
	found := false
	r.Index().Walk(v, valueflow.Options{Elements: true, Through: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.FieldAddr:
			found = found || valueflow.FieldOf(v.X.Type(), v.Field) == m.key
		case *ssa.Extract:
			found = found || v.Tuple == m.Value
		case *ssa.Call:
			if v != m.Value && orUnknown && len(r.Index().StaticBodies(v)) == 0 && !opensPool(v) && valueflow.Callee(v) != nil {
				found = found || !wraps(v)
			}
		}
		found = found || v == m.key
		return !found
	})
	return found
}

func opensPool(c *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(c), apimodel.OpenPool)
	return ok
}

func wraps(c *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(c), apimodel.Wrap)
	return ok
}

// configuredElsewhere reports whether what was made at m goes where it may be
// given a limit out of sight: to a function value or interface whose code is
// not visible, or as any to a decoder of configuration.
func (r *Result) configuredElsewhere(m Made) bool {
	for _, f := range r.Index().Funcs {
		found := false
		instructions(f, func(i ssa.Instruction) bool {
			call, ok := i.(ssa.CallInstruction)
			if !ok || r.isHarmless(call) {
				return true
			}
			for _, a := range valueflow.Args(call) {
				mi, boxed := a.(*ssa.MakeInterface)
				if boxed {
					a = mi.X
				}
				if !types.Identical(serverType(a.Type()), m.typ()) {
					continue
				}
				if (boxed || r.callsUnseen(call)) && r.mayBe(a, m, false) {
					found = true
				}
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// isHarmless reports whether the callee of call is known not to set limits.
func (r *Result) isHarmless(call ssa.CallInstruction) bool {
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return true
	}
	fn := valueflow.Callee(call)
	if fn == nil || call.Common().IsInvoke() {
		return false
	}
	if _, ok := apimodel.Find(fn, apimodel.Unmarshal); ok {
		return false
	}
	return fn.Pkg() != nil && apimodel.Standard(fn.Pkg().Path()) || len(apimodel.FuncRows(fn)) > 0
}

// callsUnseen reports whether call may run code whose effects are not known:
// not that of this package, and not a function with facts.
func (r *Result) callsUnseen(call ssa.CallInstruction) bool {
	if valueflow.StaticCallee(call) != nil {
		return false
	}
	_, open := r.Index().Callees(call)
	return open
}
