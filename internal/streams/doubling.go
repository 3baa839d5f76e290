package streams

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// DoublingAt recognises a buffer that is replaced by a larger one whenever it
// is full, for as long as its reader yields. The new
// size is computed of the old, the new buffer takes the old one's place, the
// same function reads into that place, and runs again in a loop or by calling
// itself. A comparison with a constant, parameter or field in the function
// may be the limit.
func (f *Finder) DoublingAt(i ssa.Instruction) (s Site, ok bool) {
	s = Site{Verb: All}
	m, ok := i.(*ssa.MakeSlice)
	if !ok || !isBytes(m.Type()) {
		return s, false
	}
	old := grownFrom(m.Len, 0)
	if old == nil {
		return s, false
	}
	fn := m.Parent()
	if f.forests.Of(fn).Innermost(m.Block()) == nil && !callsItself(fn) {
		return s, false
	}
	place := placeOf(old)
	if place == nil || !storedAt(m, place) {
		return s, false
	}
	limits, knob := f.comparesSize(m)
	if limits {
		return s, false
	}
	s.Knob = knob
	for _, b := range fn.Blocks {
		for _, j := range b.Instrs {
			c, isCall := j.(*ssa.Call)
			if !isCall {
				continue
			}
			for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
				if r.Does != apimodel.Unmarshal && !(r.Does == apimodel.Receive && r.Arg >= 0) {
					continue
				}
				if sl, isSlice := valueflow.Arg(c, r.Arg).(*ssa.Slice); isSlice && placeOf(sl.X) == place && valueflow.Recv(c) != nil {
					s.Reader = valueflow.Recv(c)
					return s, true
				}
			}
		}
	}
	return s, false
}

// grownFrom returns the slice whose length, made larger, is n.
func grownFrom(n ssa.Value, depth int) ssa.Value {
	b, ok := n.(*ssa.BinOp)
	if !ok || depth > 3 {
		return nil
	}
	switch b.Op {
	case token.MUL, token.SHL, token.ADD:
	default:
		return nil
	}
	for _, v := range []ssa.Value{b.X, b.Y} {
		if c, ok := v.(*ssa.Call); ok {
			if bi, ok := c.Call.Value.(*ssa.Builtin); ok && (bi.Name() == "len" || bi.Name() == "cap") && (b.Op != token.ADD || isConst(b.Y)) {
				return c.Call.Args[0]
			}
		}
		if g := grownFrom(v, depth+1); g != nil {
			return g
		}
	}
	return nil
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// placeOf returns the field that v is loaded from, nil for anything else.
func placeOf(v ssa.Value) *types.Var {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		if fa, ok := u.X.(*ssa.FieldAddr); ok {
			return valueflow.FieldOf(fa.X.Type(), fa.Field)
		}
	}
	return nil
}

func storedAt(v ssa.Value, place *types.Var) bool {
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Val == v {
			if fa, ok := st.Addr.(*ssa.FieldAddr); ok && valueflow.FieldOf(fa.X.Type(), fa.Field) == place {
				return true
			}
		}
	}
	return false
}

func callsItself(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			if c, ok := i.(*ssa.Call); ok && valueflow.StaticCallee(c) == fn {
				return true
			}
		}
	}
	return false
}

// comparesSize reports whether the function compares a length or offset with
// something that may be a maximum, and may leave without growing then. knob
// is a setting, off by default, without which it does not.
func (f *Finder) comparesSize(m *ssa.MakeSlice) (limits bool, knob ssa.Value) {
	for _, b := range m.Parent().Blocks {
		for _, i := range b.Instrs {
			cmp, ok := i.(*ssa.BinOp)
			if !ok || !ordered(cmp.Op) || !mayAvoid(cmp, m.Block()) {
				continue
			}
			if k, ok := valueflow.Int(cmp.Y); ok && k < 1024 {
				continue
			}
			if s, off := f.offComparison(cmp); off {
				knob = s
				continue
			}
			for _, v := range []ssa.Value{cmp.X, cmp.Y} {
				if k, ok := valueflow.Int(v); ok && k >= 1024 {
					return true, nil
				}
				if conv, ok := v.(*ssa.Convert); ok {
					v = conv.X
				}
				if _, ok := v.(*ssa.Parameter); ok || fieldNumber(v) {
					return true, nil
				}
				if u, ok := v.(*ssa.UnOp); ok {
					if _, global := u.X.(*ssa.Global); global {
						return true, nil
					}
				}
			}
		}
	}
	return false, knob
}

// mayAvoid reports whether one outcome of the comparison leads away from b
// for good.
func mayAvoid(cmp *ssa.BinOp, b *ssa.BasicBlock) bool {
	for _, r := range *cmp.Referrers() {
		br, ok := r.(*ssa.If)
		if !ok {
			return true // part of a condition, or a result
		}
		for _, s := range br.Block().Succs {
			if !reaches(s, b, map[*ssa.BasicBlock]bool{}) {
				return true
			}
		}
	}
	return false
}

func reaches(from, to *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, s := range from.Succs {
		if reaches(s, to, seen) {
			return true
		}
	}
	return false
}
