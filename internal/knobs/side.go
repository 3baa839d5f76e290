package knobs

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

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
	n, isInt := intValue(k)
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

func intValue(k *ssa.Const) (int64, bool) {
	if k.Value == nil || k.Value.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(k.Value)
}
