package knobs

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Field returns the field that v is, if v is a setting that is zero
// unless somebody outside the package sets it: a field of a struct of this
// package that nothing here gives another value. It returns nil for settings
// with a default, and where the walk cannot tell.
func Field(x *valueflow.Index, v ssa.Value) (knob *types.Var) {
	on := false
	complete := x.Walk(v, valueflow.Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Const:
			on = on || !isZero(v)
		case *ssa.Phi, *ssa.Convert, *ssa.ChangeType, *ssa.Alloc:
		case *ssa.Field:
			on = on || !noteField(x, v.X.Type(), v.Field, &knob)
		case *ssa.UnOp:
			switch a := v.X.(type) {
			case *ssa.FieldAddr:
				on = on || !noteField(x, a.X.Type(), a.Field, &knob)
			case *ssa.Alloc, *ssa.FreeVar:
			default:
				on = true
			}
		case *ssa.FreeVar:
		case *ssa.Parameter:
			on = on || x.Open(v)
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

// Flag returns the name of the flag that v is the value of, if that is
// zero unless it is given: *flag.Duration("read-timeout", 0, usage). It returns
// "" for other values, and where v may have several sources.
func Flag(x *valueflow.Index, v ssa.Value) (name string) {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return ""
	}
	if _, direct := load.X.(*ssa.FieldAddr); direct {
		return ""
	}
	sure := x.Walk(load.X, valueflow.Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.UnOp, *ssa.FreeVar, *ssa.Alloc, *ssa.Global:
			return true
		case *ssa.Call:
			if k, ok := valueflow.Arg(v, 0).(*ssa.Const); ok && name == "" && zeroFlag(v) && k.Value != nil && k.Value.Kind() == constant.String {
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

// noteField notes field n of t, and reports whether all that may set it is seen:
// it is a field of this package's, nobody is given its address, and no tag
// speaks of a default.
func noteField(x *valueflow.Index, t types.Type, n int, knob **types.Var) bool {
	f := valueflow.FieldOf(t, n)
	if f == nil || f.Pkg() != x.Pkg.Pkg || Shared(x, f) {
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

// Shared reports whether the address of the field f goes somewhere else than to
// a load, a store or a flag that is zero unless it is given.
func Shared(x *valueflow.Index, f *types.Var) bool {
	u := uses(x)[f]
	return u != nil && u.shared
}

// zeroFlag reports whether call makes a flag that is zero unless it is given:
// DurationVar(&cfg.timeout, "write-timeout", 0, usage).
func zeroFlag(call ssa.CallInstruction) bool {
	if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.Config); !ok {
		return false
	}
	for _, a := range valueflow.Args(call) {
		if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() != constant.String {
			return isZero(k)
		}
	}
	return false
}
