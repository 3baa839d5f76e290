package streams

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// loaded follows a number to what is stored in its place, and to what fills
// it through a pointer.
func (w *wireWalk) loaded(v *ssa.UnOp, p wireWay) *Length {
	var best *Length
	switch a := v.X.(type) {
	case *ssa.Alloc:
		for _, r := range *a.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == a {
				q := p
				q.at = st
				best = wider(best, w.number(st.Val, q))
			}
		}
		return wider(best, w.filled(a, bits(v.Type()), p))
	case *ssa.FieldAddr:
		fv := valueflow.FieldOf(a.X.Type(), a.Field)
		if l := w.announced(v, a); l != nil {
			return l
		}
		for _, s := range w.f.x.FieldStores(fv) {
			st := storeOf(s)
			if st == nil {
				continue
			}
			near, knob := w.f.near(v.Parent(), st.Parent(), fv)
			if !near {
				continue
			}
			q := p
			q.at = st
			best = wider(best, needs(knob, w.number(s, q)))
		}
		for _, fl := range w.f.fieldArgs()[fv] {
			near, knob := w.f.near(v.Parent(), fl.call.Parent(), fv)
			if !near {
				continue
			}
			best = wider(best, needs(knob, w.filling(fl, bits(v.Type()), p)))
		}
		return wider(best, w.filled(root(a), bits(v.Type()), p))
	case *ssa.IndexAddr:
		if bits(v.Type()) == 8 {
			return w.leaf(a.X, v, 8)
		}
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Global:
		for _, s := range w.f.x.Step(v, valueflow.Options{}) {
			best = wider(best, w.number(s, p))
		}
	}
	return best
}

// near reports whether what g puts into field fv is what fn has from it: g is
// fn, or fn calls it, or somebody calls g first and fn then and none of them
// looks at it: the header, and what it announces. A field that was set long
// ago has been looked at since. knob is a setting, off by default, with which
// they do look.
func (f *Finder) near(fn, g *ssa.Function, fv *types.Var) (near bool, knob ssa.Value) {
	if fn == g {
		return true, nil
	}
	for _, c := range f.x.StaticCallers(g) {
		if c.Parent() == fn {
			return true, nil
		}
	}
	for _, first := range f.x.StaticCallers(g) {
		for _, then := range f.x.StaticCallers(fn) {
			if first.Parent() != then.Parent() || !before(first, then) {
				continue
			}
			looks, s := f.looksAt(fv, g, first.Parent(), fn)
			if !looks {
				return true, s
			}
		}
	}
	return false, nil
}

// looksAt reports whether one of the functions compares what is in the field,
// or hands it to somebody who may. knob is a setting, off by default, without
// which it does not.
func (f *Finder) looksAt(fv *types.Var, fns ...*ssa.Function) (looks bool, knob ssa.Value) {
	about := map[any]bool{}
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				fa, ok := i.(*ssa.FieldAddr)
				if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field) != fv {
					continue
				}
				about[placeKey(fa)] = true
				for _, r := range *fa.Referrers() {
					if st, ok := r.(*ssa.Store); ok && st.Addr == fa {
						for k := range atoms(st.Val) {
							about[k] = true
						}
					}
				}
			}
		}
	}
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case *ssa.BinOp:
					if !f.compares(i, about) {
						continue
					}
				case *ssa.Call:
					if !f.verifies(i, about) {
						continue
					}
				default:
					continue
				}
				s, off := knobs.Behind(f.x, i, nil)
				if !off {
					return true, nil
				}
				knob = s
			}
		}
	}
	return false, knob
}

func storeOf(v ssa.Value) *ssa.Store {
	if v.Referrers() == nil {
		return nil
	}
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Val == v {
			return st
		}
	}
	return nil
}

// root returns the struct that a field of a field belongs to.
func root(a *ssa.FieldAddr) ssa.Value {
	for {
		in, ok := a.X.(*ssa.FieldAddr)
		if !ok {
			return a.X
		}
		a = in
	}
}

// A filling is a call that is given a pointer to a number.
type filling struct {
	call ssa.CallInstruction
	arg  int // index among the arguments, the receiver counted
}

func (f *Finder) collectFieldArgs() map[*types.Var][]filling {
	m := map[*types.Var][]filling{}
	f.each(func(i ssa.Instruction) {
		fa, ok := i.(*ssa.FieldAddr)
		if !ok {
			return
		}
		if fls := fillings(fa); len(fls) > 0 {
			fv := valueflow.FieldOf(fa.X.Type(), fa.Field)
			m[fv] = append(m[fv], fls...)
		}
	})
	return m
}

// fillings returns the calls that are given the address.
func fillings(addr ssa.Value) (fls []filling) {
	if addr.Referrers() == nil {
		return nil
	}
	add := func(v ssa.Value, r ssa.Instruction) {
		c, ok := r.(ssa.CallInstruction)
		if !ok {
			return
		}
		for n, a := range c.Common().Args {
			if a == v {
				fls = append(fls, filling{c, n})
			}
		}
	}
	for _, r := range *addr.Referrers() {
		add(addr, r)
		if mi, ok := r.(*ssa.MakeInterface); ok {
			for _, u := range *mi.Referrers() {
				add(mi, u)
			}
		}
	}
	return fls
}

// filled follows the calls that are given the address of a number, or of the
// struct that has it.
func (w *wireWalk) filled(addr ssa.Value, n int, p wireWay) (best *Length) {
	for _, fl := range fillings(addr) {
		best = wider(best, w.filling(fl, n, p))
	}
	return best
}

func (w *wireWalk) filling(fl filling, n int, p wireWay) *Length {
	fn := valueflow.Callee(fl.call)
	for _, r := range apimodel.FuncRows(fn) {
		if r.Does != apimodel.WireInt || r.Arg < 0 || valueflow.Arg(fl.call, r.Arg) != fl.call.Common().Args[fl.arg] {
			continue
		}
		from := valueflow.Recv(fl.call)
		if from == nil {
			from = valueflow.Arg(fl.call, 0)
		}
		return w.leaf(from, fl.call, n)
	}
	if _, ok := fl.call.Common().Args[fl.arg].Type().Underlying().(*types.Pointer); !ok || len(p.inside) >= 5 {
		return nil
	}
	if fact, ok := w.f.facts(fn); ok && fact.Wire >= 0 && !w.f.x.HasBody(fl.call) {
		return w.leaf(valueflow.Arg(fl.call, fact.Wire), fl.call, n)
	}
	var best *Length
	for _, g := range w.f.x.StaticBodies(fl.call) {
		if fl.arg >= len(g.Params) || !number(g.Params[fl.arg].Type()) {
			continue
		}
		param := g.Params[fl.arg]
		for _, r := range *param.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == param {
				q := p
				q.at, q.inside = st, append(p.inside[:len(p.inside):len(p.inside)], fl.call)
				best = wider(best, w.number(st.Val, q))
			}
		}
		q := p
		q.inside = append(p.inside[:len(p.inside):len(p.inside)], fl.call)
		best = wider(best, w.filled(param, n, q))
	}
	return best
}

// number reports whether t points to an integer.
func number(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	b, ok := p.Elem().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}
