// Package knobs answers whether a setting is off unless somebody turns it on.
//
// A limit that holds only while an option is positive is no limit where the
// option's default is zero: who imports the package, or configures the
// program, has none without having been asked. The default is followed
// through constructors, through functions that fill in what is missing, and
// through what callers pass. What other packages store cannot be seen: a
// setting of theirs is not off.
package knobs

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Behind returns the setting that has to be turned on for instruction i to
// run, and whether there is one that is off by default and that instruction
// at does not need as well. at may be nil. A parameter is what one of via
// passes where that calls the function, else what any caller passes.
func Behind(x *valueflow.Index, i, at ssa.Instruction, via ...ssa.CallInstruction) (setting ssa.Value, ok bool) {
	for d := i.Block().Idom(); d != nil; d = d.Idom() {
		br, isIf := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !isIf {
			continue
		}
		side, v := 0, ssa.Value(nil)
		if off, isLimit := valueflow.UnlimitedSide(br.Cond); isLimit {
			side, v = 1-off, br.Cond.(*ssa.BinOp).X
		} else if s, isFlag := flag(br.Cond); isFlag {
			v = s
		}
		if v == nil || !flowgraph.EdgeDominates(d, side, i.Block()) {
			continue
		}
		if at != nil && at.Parent() == i.Parent() && flowgraph.EdgeDominates(d, side, at.Block()) {
			return nil, false // both are part of what is turned on
		}
		if Off(x, v, via...) {
			return v, true
		}
	}
	return nil, false
}

// flag returns the field or variable that a condition reads.
func flag(cond ssa.Value) (v ssa.Value, ok bool) {
	u, ok := cond.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return nil, false
	}
	b, ok := u.Type().Underlying().(*types.Basic)
	return u, ok && b.Info()&types.IsBoolean != 0
}

// Off reports whether v, a number or flag, is zero or less unless somebody
// sets it. A parameter is so where one of via passes that, or where none of
// them calls the function and any caller does.
func Off(x *valueflow.Index, v ssa.Value, via ...ssa.CallInstruction) bool {
	if c, ok := v.(*ssa.Convert); ok {
		return Off(x, c.X, via...)
	}
	p, ok := v.(*ssa.Parameter)
	if !ok {
		off, ok := x.Memo("knobs.off", v, func() any { return Field(x, v) != nil || isOff(x, v, 0) })
		return ok && off.(bool)
	}
	off, ok := x.Memo("knobs.passed", v, func() any {
		var offs []ssa.CallInstruction
		for _, a := range x.Passed(p) {
			if Off(x, a.Value) {
				offs = append(offs, a.Call)
			}
		}
		return offs
	})
	if !ok {
		return false // it passes its own
	}
	offs := off.([]ssa.CallInstruction)
	for _, c := range via {
		if valueflow.StaticCallee(c) == p.Parent() {
			return slices.Contains(offs, c)
		}
	}
	return len(offs) > 0
}

func isOff(x *valueflow.Index, v ssa.Value, depth int) bool {
	if v == nil || depth > 10 {
		return false
	}
	all := func(vs []ssa.Value) bool {
		for _, e := range vs {
			if e != v && !isOff(x, e, depth+1) {
				return false
			}
		}
		return len(vs) > 0
	}
	switch v := v.(type) {
	case *ssa.Const:
		return zero(v)
	case *ssa.Convert:
		return isOff(x, v.X, depth+1)
	case *ssa.ChangeType:
		return isOff(x, v.X, depth+1)
	case *ssa.Phi:
		return all(v.Edges)
	case *ssa.Parameter:
		return !x.Open(v) && all(x.Step(v, valueflow.Options{}))
	case *ssa.FreeVar:
		return all(x.Step(v, valueflow.Options{}))
	case *ssa.Call:
		return x.HasBody(v) && all(x.Step(v, valueflow.Options{}))
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.FieldAddr:
			return fieldOff(x, a, depth)
		case *ssa.Global:
			return a.Pkg == x.Pkg && globalOff(x, a, depth)
		case *ssa.Alloc, *ssa.FreeVar:
			return all(x.Step(v, valueflow.Options{}))
		}
	}
	return false
}

func zero(k *ssa.Const) bool {
	if k.Value == nil {
		return true
	}
	if k.Value.Kind() == constant.Int {
		return constant.Sign(k.Value) <= 0
	}
	return k.Value.ExactString() == "false"
}

// fieldOff reports whether a field of this package's struct is zero in every
// value that the package makes. Whoever is handed the address may set it.
func fieldOff(x *valueflow.Index, a *ssa.FieldAddr, depth int) bool {
	f := valueflow.FieldOf(a.X.Type(), a.Field)
	if f == nil || f.Pkg() != x.Pkg.Pkg || defaultTag(a) {
		return false
	}
	u := uses(x)[f]
	if u == nil || u.shared {
		return false
	}
	for _, st := range u.stores {
		if !isOff(x, st.Val, depth+1) && !setter(x, st) {
			return false
		}
	}
	return true
}

// setter reports whether the store is how somebody else turns the setting on:
// a method or option sets a value that exists to what callers outside of the
// package pass. A constructor that takes the value asks for it instead.
func setter(x *valueflow.Index, st *ssa.Store) bool {
	passed := false
	x.Walk(st.Val, valueflow.Options{}, func(v ssa.Value) bool {
		p, ok := v.(*ssa.Parameter)
		passed = passed || ok && len(x.Passed(p)) == 0
		switch v := v.(type) {
		case *ssa.Convert, *ssa.ChangeType, *ssa.FreeVar:
			return true
		case *ssa.UnOp: // captured by an option: func(s *server) { s.max = n }
			_, ok := v.X.(*ssa.FreeVar)
			return ok
		}
		return false
	})
	if !passed {
		return false
	}
	_, given := st.Addr.(*ssa.FieldAddr).X.(*ssa.Parameter)
	return given
}

func globalOff(x *valueflow.Index, g *ssa.Global, depth int) bool {
	u := uses(x)[g]
	if u == nil || u.shared {
		return false
	}
	for _, st := range u.stores {
		if !isOff(x, st.Val, depth+1) {
			return false
		}
	}
	return true
}

// defaultTag reports whether the field's tag tells a library its default.
func defaultTag(a *ssa.FieldAddr) bool {
	t := a.X.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	st, ok := t.(*types.Struct)
	return ok && a.Field < st.NumFields() && strings.Contains(st.Tag(a.Field), "default")
}
