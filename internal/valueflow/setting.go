package valueflow

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
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

// OffByDefault returns the field that v is, if v is a setting that is zero
// unless somebody outside the package sets it: a field of a struct of this
// package that nothing here gives another value. It returns nil for settings
// with a default, and where the walk cannot tell.
func (x *Index) OffByDefault(v ssa.Value) (knob *types.Var) {
	on := false
	complete := x.Walk(v, Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Const:
			on = on || !isZero(v)
		case *ssa.Phi, *ssa.Convert, *ssa.ChangeType, *ssa.Alloc:
		case *ssa.Field:
			on = on || !x.knob(v.X.Type(), v.Field, &knob)
		case *ssa.UnOp:
			switch a := v.X.(type) {
			case *ssa.FieldAddr:
				on = on || !x.knob(a.X.Type(), a.Field, &knob)
			case *ssa.Alloc, *ssa.FreeVar:
			default:
				on = true
			}
		case *ssa.FreeVar:
		case *ssa.Parameter:
			on = on || x.openParameter(v)
		default:
			on = true
		}
		return !on
	})
	if on || !complete {
		return nil
	}
	return knob
}

// ZeroFlag returns the name of the flag that v is the value of, if that is
// zero unless it is given: *flag.Duration("read-timeout", 0, usage). It returns
// "" for other values, and where v may have several sources.
func (x *Index) ZeroFlag(v ssa.Value) (name string) {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return ""
	}
	if _, direct := load.X.(*ssa.FieldAddr); direct {
		return ""
	}
	sure := x.Walk(load.X, Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.UnOp, *ssa.FreeVar, *ssa.Alloc, *ssa.Global:
			return true
		case *ssa.Call:
			if k, ok := Arg(v, 0).(*ssa.Const); ok && name == "" && zeroFlag(v) && k.Value != nil && k.Value.Kind() == constant.String {
				name = constant.StringVal(k.Value)
				return false
			}
		}
		name = "?" // something else, or a second flag
		return false
	})
	if !sure || strings.Contains(name, "?") {
		return ""
	}
	return name
}

func isZero(k *ssa.Const) bool {
	if k.Value == nil {
		return true
	}
	switch k.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(k.Value)
	case constant.String:
		return constant.StringVal(k.Value) == ""
	}
	return constant.Sign(k.Value) == 0
}

// knob notes field n of t, and reports whether all that may set it is seen:
// it is a field of this package's, nobody is given its address, and no tag
// speaks of a default.
func (x *Index) knob(t types.Type, n int, knob **types.Var) bool {
	f := FieldOf(t, n)
	if f == nil || f.Pkg() != x.Pkg.Pkg || x.handedOut()[f] {
		return false
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if st, ok := t.Underlying().(*types.Struct); ok && strings.Contains(st.Tag(n), "default") {
		return false
	}
	if *knob == nil || f.Exported() && !(*knob).Exported() {
		*knob = f
	}
	return true
}

// handedOut returns the fields whose address goes somewhere else than to a
// load or store: flags, options that are functions of other packages.
func (x *Index) handedOut() map[*types.Var]bool {
	a, _ := x.Memo("handed out", nil, func() any {
		out := map[*types.Var]bool{}
		for _, f := range x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					if fa, ok := i.(*ssa.FieldAddr); ok && !onlyLoadedAndStored(fa) {
						out[FieldOf(fa.X.Type(), fa.Field)] = true
					}
				}
			}
		}
		return out
	})
	out, _ := a.(map[*types.Var]bool)
	return out
}

// HandedOut reports whether the address of the field f goes somewhere else
// than to a load or store.
func (x *Index) HandedOut(f *types.Var) bool { return x.handedOut()[f] }

func onlyLoadedAndStored(fa *ssa.FieldAddr) bool {
	for _, r := range *fa.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if r.Addr != fa {
				return false
			}
		case ssa.CallInstruction:
			if !zeroFlag(r) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// zeroFlag reports whether call makes a flag that is zero unless it is given:
// DurationVar(&cfg.timeout, "write-timeout", 0, usage).
func zeroFlag(call ssa.CallInstruction) bool {
	if _, ok := apimodel.Find(Callee(call), apimodel.Config); !ok {
		return false
	}
	for _, a := range Args(call) {
		if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() != constant.String {
			return isZero(k)
		}
	}
	return false
}
