package valueflow

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
	if !isConst || !isSetting(b.X, map[ssa.Value]bool{}) {
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
	n, isInt := constant.Int64Val(constant.ToInt(k.Value))
	if k.Value.Kind() != constant.Int || !isInt || n > 0 || n < -1 {
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

// OfSetting reports whether v is a setting, or one with a constant added: the
// size of a buffer that has room for what is allowed.
func OfSetting(v ssa.Value) bool {
	if c, ok := v.(*ssa.Convert); ok {
		v = c.X
	}
	if b, ok := v.(*ssa.BinOp); ok && b.Op == token.ADD {
		if _, isConst := b.Y.(*ssa.Const); isConst {
			v = b.X
		}
	}
	return isSetting(v, map[ssa.Value]bool{})
}

// isSetting reports whether v may be a setting: a parameter, field or
// variable, not something computed or received. A variable that is only given
// settings, in a loop too, is one.
func isSetting(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.Phi:
		for _, e := range v.Edges {
			if _, ok := e.(*ssa.Const); !ok && !isSetting(e, seen) {
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
		return isSetting(v.X, seen)
	}
	return false
}
