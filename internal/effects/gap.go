package effects

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Gap is a setting that nothing gives a default, where another setting of
// its struct gets one: zero stays zero, and means no limit.
type Gap struct {
	Setting *types.Var
	Field   *types.Var // of the server, which Setting is for
	// Beside gives the other setting, Other, its default.
	Beside *ssa.Store
	Other  *types.Var
}

// DefaultGap returns the gap through which the server made at m has no limit
// of the role: only settings of one struct may limit it, none of them has a
// default, and another one of the struct, for the same server, has. ok is
// false where there is none, or a limit may come from elsewhere.
func (r *Result) DefaultGap(m Made, role apimodel.FieldRole) (g Gap, ok bool) {
	if r.configuredElsewhere(m) {
		return Gap{}, false
	}
	for _, l := range r.limitings() {
		_, isStore := l.instr.(*ssa.Store)
		if l.role == role && (!isStore || l.copyOf != nil) && types.Identical(serverType(l.on.Type()), m.typ()) && r.mayBe(l.on, m, false) {
			return Gap{}, false
		}
	}
	var owner types.Type
	others, limits := map[*types.Var]bool{}, []*types.Var{}
	sure, narrowest := true, 0
	var local []localDefault
	r.eachFieldStore(m, func(st *ssa.Store, k apimodel.Knob) {
		load := settingLoad(st.Val)
		if k.Does != role {
			if load != nil {
				others[valueflow.FieldOf(load.X.Type(), load.Field)] = true
			} else if o := defaultedHere(st.Val); o != nil {
				local = append(local, localDefault{st, o})
			}
			return
		}
		if isZero(st.Val) {
			return
		}
		if load == nil || owner != nil && !types.Identical(owner, serverType(load.X.Type())) {
			sure = false
			return
		}
		owner = serverType(load.X.Type())
		f := valueflow.FieldOf(load.X.Type(), load.Field)
		limits = append(limits, f)
		if at := st.Addr.(*ssa.FieldAddr); at.Field >= narrowest { // the narrowest limit is declared last
			narrowest, g.Setting, g.Field = at.Field, f, valueflow.FieldOf(at.X.Type(), at.Field)
		}
		sure = sure && !tagged(load)
	})
	if !sure || owner == nil {
		return Gap{}, false
	}
	beside := func(st *ssa.Store, at *ssa.FieldAddr) {
		o := valueflow.FieldOf(at.X.Type(), at.Field)
		if g.Beside != nil || !types.Identical(owner, serverType(at.X.Type())) {
			return
		}
		if !slices.ContainsFunc(limits, func(f *types.Var) bool { return !r.neverDefaulted(f, o) }) {
			g.Beside, g.Other = st, o
		}
	}
	for _, l := range local {
		beside(l.store, l.setting)
	}
	for _, f := range r.Index().Funcs {
		instructions(f, func(i ssa.Instruction) bool {
			if st, ok := i.(*ssa.Store); ok {
				if at := defaulted(st); at != nil && others[valueflow.FieldOf(at.X.Type(), at.Field)] {
					beside(st, at)
				}
			}
			return g.Beside == nil
		})
	}
	return g, g.Beside != nil
}

// A localDefault is a store of a setting, or of a constant where that is zero,
// in a field of a server.
type localDefault struct {
	store   *ssa.Store
	setting *ssa.FieldAddr
}

// defaultedHere returns the setting that v is, or a constant where that is
// zero: idle := c.Idle; if idle == 0 { idle = time.Minute }. It returns nil for
// other values.
func defaultedHere(v ssa.Value) (setting *ssa.FieldAddr) {
	for {
		if c, ok := v.(*ssa.Convert); ok {
			v = c.X
			continue
		}
		break
	}
	phi, ok := v.(*ssa.Phi)
	if !ok || len(phi.Edges) != 2 {
		return nil
	}
	br, ok := phi.Block().Idom().Instrs[len(phi.Block().Idom().Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cmp, ok := br.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.LEQ || !isZero(cmp.Y) {
		return nil
	}
	given := false
	for _, e := range phi.Edges {
		if k, ok := e.(*ssa.Const); ok {
			given = !isZero(k)
		} else {
			setting = settingLoad(e)
		}
	}
	asked := settingLoad(cmp.X)
	if !given || setting == nil || asked == nil || valueflow.FieldOf(asked.X.Type(), asked.Field) != valueflow.FieldOf(setting.X.Type(), setting.Field) {
		return nil
	}
	return setting
}

// eachFieldStore calls f for each store in a field of what was made at m.
func (r *Result) eachFieldStore(m Made, visit func(*ssa.Store, apimodel.Knob)) {
	for _, f := range r.Index().Funcs {
		instructions(f, func(i ssa.Instruction) bool {
			st, ok := i.(*ssa.Store)
			if !ok {
				return true
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if ok && types.Identical(serverType(fa.X.Type()), m.typ()) && r.mayBe(fa.X, m, false) {
				k, _ := apimodel.KnobOf(fa.X.Type(), valueflow.FieldOf(fa.X.Type(), fa.Field).Name())
				visit(st, k)
			}
			return true
		})
	}
}

// settingLoad returns the field that v is loaded from, nil where it is not a
// field's value, or has been computed.
func settingLoad(v ssa.Value) *ssa.FieldAddr {
	for {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.UnOp:
			fa, ok := x.X.(*ssa.FieldAddr)
			if !ok || x.Op != token.MUL {
				return nil
			}
			return fa
		default:
			return nil
		}
	}
}

// tagged reports whether the tag of the field speaks of a default.
func tagged(fa *ssa.FieldAddr) bool {
	s, ok := serverType(fa.X.Type()).Underlying().(*types.Struct)
	return ok && strings.Contains(s.Tag(fa.Field), "default")
}

// neverDefaulted reports whether nothing in this package gives the setting f
// of its struct a value where the setting other is zero: no function that
// fills it in, no literal that others begin with, no library.
func (r *Result) neverDefaulted(f, other *types.Var) bool {
	if f.Pkg() != r.pass.Pkg || knobs.Shared(r.Index(), f) {
		return false
	}
	never := true
	for _, fn := range r.Index().Funcs {
		instructions(fn, func(i ssa.Instruction) bool {
			st, ok := i.(*ssa.Store)
			if !ok {
				return true
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field) != f || isZero(st.Val) {
				return true
			}
			a, literal := fa.X.(*ssa.Alloc)
			never = literal && a.Comment == "complit" && (sets(a, other) || !leavesAsDefault(a, 0))
			return never
		})
		if !never {
			return false
		}
	}
	return true
}

// sets reports whether the literal a gives its field f a value.
func sets(a *ssa.Alloc, f *types.Var) bool {
	for _, u := range *a.Referrers() {
		fa, ok := u.(*ssa.FieldAddr)
		if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field) != f {
			continue
		}
		for _, w := range *fa.Referrers() {
			if st, ok := w.(*ssa.Store); ok && st.Addr == fa && !isZero(st.Val) {
				return true
			}
		}
	}
	return false
}

// leavesAsDefault reports whether the literal is what its function returns,
// or is kept in a variable or field: the defaults that others begin with.
func leavesAsDefault(v ssa.Value, depth int) bool {
	if v.Referrers() == nil || depth > 4 {
		return true
	}
	for _, u := range *v.Referrers() {
		switch u := u.(type) {
		case *ssa.Return:
			return true
		case *ssa.Store:
			if u.Val != v {
				continue
			}
			if a, ok := u.Addr.(*ssa.Alloc); !ok || leavesAsDefault(a, depth+1) {
				return true
			}
		case *ssa.UnOp:
			if leavesAsDefault(u, depth+1) {
				return true
			}
		case *ssa.MakeInterface:
			if leavesAsDefault(u, depth+1) {
				return true
			}
		case *ssa.Phi:
			if leavesAsDefault(u, depth+1) {
				return true
			}
		}
	}
	return false
}

// defaulted returns the setting that st gives a constant where it was zero: if
// c.Idle == 0 { c.Idle = time.Minute }. It returns nil for other stores.
func defaulted(st *ssa.Store) *ssa.FieldAddr {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	k, isConst := st.Val.(*ssa.Const)
	if !ok || !isConst || isZero(k) {
		return nil
	}
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	d := st.Block().Idom()
	if d == nil {
		return nil
	}
	br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cmp, ok := br.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.LEQ || !isZero(cmp.Y) || !flowgraph.EdgeDominates(d, 0, st.Block()) {
		return nil
	}
	asked := settingLoad(cmp.X)
	if asked == nil || valueflow.FieldOf(asked.X.Type(), asked.Field) != f {
		return nil
	}
	return fa
}
