package valueflow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// Settled returns the value that v certainly is where it is loaded from a
// local variable that lives in memory, as a named result does in a function
// with defers: what was stored last on the one way there. It returns v itself
// where that is not known, or v is no such load.
func Settled(v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return v
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok {
		return v
	}
	shared := false
	for _, r := range *cell.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			shared = shared || r.Addr != cell
		default:
			shared = true
		}
	}
	b := load.Block()
	is := b.Instrs
	for n, i := range is {
		if i == load {
			is = is[:n]
			break
		}
	}
	for range 8 { // blocks on the one way
		for n := len(is) - 1; n >= 0; n-- {
			switch i := is[n].(type) {
			case *ssa.Store:
				if i.Addr == cell {
					return i.Val
				}
			case *ssa.Call:
				if _, builtin := i.Call.Value.(*ssa.Builtin); shared && !builtin {
					return v // it may store there
				}
			}
		}
		if len(b.Preds) != 1 {
			return v
		}
		b = b.Preds[0]
		is = b.Instrs
	}
	return v
}
