package limits

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
)

// optedOut reports whether the site is on the branch that is taken when the
// operator turned a limit off: max <= 0, sem == nil, in a function that
// takes slots on the other branch.
func (c *Checker) optedOut(w *way, reg *region) bool {
	for d := reg.site.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		side, ok := UnlimitedSide(br.Cond)
		if !ok || !flowgraph.EdgeDominates(d, side, reg.site.Block()) {
			continue
		}
		if c.takesSlots(reg.fn) {
			return true
		}
	}
	return false
}

// UnlimitedSide returns the successor of a branch on cond on which a setting
// that is a limit is zero, negative or nil; ok is false for other conditions.
func UnlimitedSide(cond ssa.Value) (side int, ok bool) {
	b, isBin := cond.(*ssa.BinOp)
	if !isBin {
		return 0, false
	}
	k, isConst := b.Y.(*ssa.Const)
	if !isConst {
		return 0, false
	}
	if !setting(b.X, 0) {
		return 0, false
	}
	if k.Value == nil {
		if _, isErr := b.X.Type().Underlying().(*types.Interface); isErr {
			return 0, false
		}
		switch b.Op {
		case token.EQL:
			return 0, true
		case token.NEQ:
			return 1, true
		}
		return 0, false
	}
	n, isInt := constant(b.Y)
	if !isInt || n > 0 || n < -1 {
		return 0, false
	}
	switch b.Op {
	case token.EQL, token.LSS, token.LEQ:
		return 0, true
	case token.NEQ, token.GTR, token.GEQ:
		return 1, true
	}
	return 0, false
}

// setting reports whether v may be a setting: a parameter, field or variable,
// not something computed or received.
func setting(v ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.Phi:
		for _, e := range v.Edges {
			if _, ok := e.(*ssa.Const); !ok && !setting(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		switch v.X.(type) {
		case *ssa.FieldAddr, *ssa.Global, *ssa.FreeVar, *ssa.Alloc:
			return v.Op == token.MUL
		}
	case *ssa.Convert:
		return setting(v.X, depth+1)
	}
	return false
}

// takesSlots reports whether f itself has an operation that takes a slot.
func (c *Checker) takesSlots(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			for _, op := range c.Eff.SlotsAt(i) {
				if call, ok := i.(*ssa.Call); ok && c.Eff.Index().HasBody(call) {
					continue // what a callee does is too far away to be the other branch
				}
				switch op.Verb {
				case effects.Take, effects.TryTake:
					return true
				case effects.SendSlot:
					if t, ok := op.Value.Type().Underlying().(*types.Chan); ok {
						if s, ok := t.Elem().Underlying().(*types.Struct); ok && s.NumFields() == 0 {
							return true
						}
					}
				}
			}
		}
	}
	return false
}
