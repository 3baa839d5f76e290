package knobs

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A use is what a package does with a field or variable.
type use struct {
	stores []*ssa.Store
	shared bool // its address is handed on
}

// uses returns what the package does with its fields (*types.Var) and
// variables (*ssa.Global).
func uses(x *valueflow.Index) map[any]*use {
	m, ok := x.Memo("knobs.uses", nil, func() any {
		m := map[any]*use{}
		for _, fn := range x.Funcs {
			for _, b := range fn.Blocks {
				for _, i := range b.Instrs {
					note(m, i)
				}
			}
		}
		return m
	})
	if !ok {
		return nil
	}
	return m.(map[any]*use)
}

// note notes how i uses the addresses among its operands.
func note(m map[any]*use, i ssa.Instruction) {
	var ops [8]*ssa.Value
	for _, op := range i.Operands(ops[:0]) {
		var key any
		switch a := (*op).(type) {
		case *ssa.FieldAddr:
			key = valueflow.FieldOf(a.X.Type(), a.Field)
		case *ssa.Global:
			key = a
		default:
			continue
		}
		u := m[key]
		if u == nil {
			u = &use{}
			m[key] = u
		}
		switch i := i.(type) {
		case *ssa.Store:
			if i.Addr == *op {
				u.stores = append(u.stores, i)
				continue
			}
		case *ssa.UnOp:
			if i.Op == token.MUL {
				continue
			}
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.DebugRef:
			continue
		case ssa.CallInstruction:
			if zeroFlag(i) {
				continue
			}
		}
		u.shared = true
	}
}
