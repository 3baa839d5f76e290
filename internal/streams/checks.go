package streams

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Checked returns the comparison that may keep the number v from being large
// at instruction at: with a constant, a setting, what is left of a buffer. It
// returns nil where there is none. Comparisons with zero say nothing, nor do
// those that a number has to be large to get past; one that is made only when
// a setting is on that is off by default is no limit, and that setting is
// returned as knob.
func (f *Finder) Checked(v ssa.Value, at ssa.Instruction) (check ssa.Instruction, knob ssa.Value) {
	if at == nil || at.Parent() == nil {
		return nil, nil
	}
	about := atoms(v)
	for _, b := range at.Parent().Blocks {
		for _, i := range b.Instrs {
			// Order is asked last: it costs a search of the function.
			switch i := i.(type) {
			case *ssa.BinOp:
				if !f.compares(i, about) || !branches(i, 0) || lowerBound(i, about, at) {
					continue
				}
			case *ssa.Call:
				if !f.verifies(i, about) {
					continue
				}
			default:
				continue
			}
			if !before(i, at) || flowgraph.Dominates(at, i) {
				continue
			}
			s, off := knobs.Behind(f.x, i, at)
			if !off {
				return i, nil
			}
			knob = s
		}
	}
	return nil, knob
}

// lowerBound reports whether control comes from the comparison to at only if
// the number is the larger: room is made when what there is does not suffice.
func lowerBound(cmp *ssa.BinOp, about map[any]bool, at ssa.Instruction) bool {
	left, right := meets(atoms(cmp.X), about), meets(atoms(cmp.Y), about)
	if left == right {
		return false
	}
	side := 0 // where the number is the larger
	switch cmp.Op {
	case token.GTR, token.GEQ:
		if right {
			side = 1
		}
	case token.LSS, token.LEQ:
		if left {
			side = 1
		}
	default:
		return false
	}
	for _, r := range *cmp.Referrers() {
		br, ok := r.(*ssa.If)
		if !ok || !flowgraph.EdgeDominates(br.Block(), side, at.Block()) {
			return false
		}
	}
	return true
}

// branches reports whether the outcome of a comparison decides where control
// goes, in this function or as its result.
func branches(v ssa.Value, depth int) bool {
	if v.Referrers() == nil || depth > 3 {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.If, *ssa.Return:
			return true
		case *ssa.Phi:
			if branches(r, depth+1) {
				return true
			}
		case *ssa.UnOp:
			if branches(r, depth+1) {
				return true
			}
		}
	}
	return false
}

// compares reports whether the comparison holds one of the numbers against
// another that is no small constant.
func (f *Finder) compares(cmp *ssa.BinOp, about map[any]bool) bool {
	switch {
	case ordered(cmp.Op):
	case cmp.Op == token.EQL || cmp.Op == token.NEQ:
	default:
		return false
	}
	for _, o := range [][2]ssa.Value{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
		if !meets(atoms(o[0]), about) {
			continue
		}
		k, isConst := o[1].(*ssa.Const)
		if !isConst {
			if cmp.Op == token.EQL || cmp.Op == token.NEQ {
				continue // equal to something says nothing of how large that is
			}
			return true
		}
		if k.Value == nil || k.Value.Kind() != constant.Int {
			continue
		}
		if n, exact := constant.Int64Val(k.Value); exact && n > 1 && n < 1<<31-1 {
			return true
		}
	}
	return false
}

func ordered(op token.Token) bool {
	switch op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// verifies reports whether the call hands one of the numbers to a function
// that compares it and says what it found.
func (f *Finder) verifies(c *ssa.Call, about map[any]bool) bool {
	res := c.Call.Signature().Results()
	if res.Len() == 0 {
		return false
	}
	for n, a := range c.Call.Args {
		if b, ok := a.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 || !meets(atoms(a), about) {
			continue
		}
		for _, g := range f.x.StaticBodies(c) {
			if n < len(g.Params) && f.comparesParam(g, g.Params[n]) {
				return true
			}
		}
	}
	return false
}

func (f *Finder) comparesParam(g *ssa.Function, p *ssa.Parameter) bool {
	about := atoms(p)
	for _, b := range g.Blocks {
		for _, i := range b.Instrs {
			if cmp, ok := i.(*ssa.BinOp); ok && ordered(cmp.Op) && f.compares(cmp, about) {
				return true
			}
		}
	}
	return false
}

func meets(a, b map[any]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// atoms returns what a number is computed of: values, and the places that
// loads read from, so that two loads of one variable are the same.
func atoms(v ssa.Value) map[any]bool {
	as := map[any]bool{}
	addAtoms(v, as, map[ssa.Value]bool{}, 0)
	return as
}

func addAtoms(v ssa.Value, as map[any]bool, seen map[ssa.Value]bool, depth int) {
	if v == nil || seen[v] || depth > 8 || bits(v.Type()) == 8 {
		return // one byte of a number is no number
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return
	case *ssa.Convert:
		addAtoms(v.X, as, seen, depth+1)
	case *ssa.ChangeType:
		addAtoms(v.X, as, seen, depth+1)
	case *ssa.BinOp:
		as[v] = true
		addAtoms(v.X, as, seen, depth+1)
		addAtoms(v.Y, as, seen, depth+1)
	case *ssa.Phi:
		as[v] = true
		for _, e := range v.Edges {
			addAtoms(e, as, seen, depth+1)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			as[placeKey(v.X)] = true
			return
		}
		addAtoms(v.X, as, seen, depth+1)
	case *ssa.Field:
		as[placeKey2{v.X, v.Field}] = true
	case *ssa.Call:
		if _, ok := v.Call.Value.(*ssa.Builtin); ok {
			for _, a := range v.Call.Args {
				if b, ok := a.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
					addAtoms(a, as, seen, depth+1)
				}
			}
			return
		}
		as[v] = true
	default:
		as[v] = true
	}
}

type placeKey2 struct {
	base  any
	field int
}

// placeKey names the location at addr within one function.
func placeKey(addr ssa.Value) any {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		base := any(a.X)
		switch x := a.X.(type) {
		case *ssa.FieldAddr:
			base = placeKey(x)
		case *ssa.UnOp:
			if x.Op == token.MUL {
				base = placeKey(x.X)
			}
		}
		return placeKey2{base, a.Field}
	case *ssa.IndexAddr:
		return a
	}
	return addr
}

// fieldNumber reports whether v is a number loaded from a field.
func fieldNumber(v ssa.Value) bool { return fieldNumberIn(v, 0) }

func fieldNumberIn(v ssa.Value, depth int) bool {
	if depth > 8 {
		return false // each step of a sum may have two
	}
	switch v := v.(type) {
	case *ssa.Convert:
		return fieldNumberIn(v.X, depth+1)
	case *ssa.BinOp:
		return fieldNumberIn(v.X, depth+1) || fieldNumberIn(v.Y, depth+1)
	case *ssa.UnOp:
		fa, ok := v.X.(*ssa.FieldAddr)
		if !ok || v.Op != token.MUL {
			return false
		}
		b, ok := valueflow.FieldOf(fa.X.Type(), fa.Field).Type().Underlying().(*types.Basic)
		return ok && b.Info()&types.IsInteger != 0
	}
	return false
}
