package effects

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A limiting is an instruction that sets a limit of a server or pool.
type limiting struct {
	on    ssa.Value // pointer to what is limited
	role  apimodel.FieldRole
	instr ssa.Instruction
	// copyOf is where a server that is copied whole comes from, whose limits
	// come with it; nil for other instructions.
	copyOf *ssa.Alloc
}

// poolRole stands for PoolLimit among the roles of fields.
const poolRole = apimodel.NoRole

// limitings returns the instructions of the package that set limits to
// something else than "none".
func (r *Result) limitings() []limiting {
	if r.limits != nil {
		return r.limits
	}
	r.limits = []limiting{}
	for _, f := range r.Index().Funcs {
		instructions(f, func(i ssa.Instruction) bool {
			switch i := i.(type) {
			case *ssa.Store:
				if isServer(serverType(i.Addr.Type())) {
					r.addCopy(i)
				} else if fa, ok := i.Addr.(*ssa.FieldAddr); ok && !isZero(i.Val) {
					k, ok := apimodel.KnobOf(fa.X.Type(), valueflow.FieldOf(fa.X.Type(), fa.Field).Name())
					if ok && k.Does == apimodel.TimesReads && r.offHere(i.Val) != "" {
						return true
					}
					if ok && (k.Does == apimodel.TimesReads || k.Does == apimodel.TimesIdle || k.Does == apimodel.ListenAddr) {
						r.limits = append(r.limits, limiting{on: fa.X, role: k.Does, instr: i})
					}
				}
			case ssa.CallInstruction:
				fn := valueflow.Callee(i)
				if row, ok := apimodel.Find(fn, apimodel.PoolLimit); ok && valueflow.Recv(i) != nil && !unlimited(valueflow.Arg(i, row.Arg), row.Unlimited) {
					r.limits = append(r.limits, limiting{on: valueflow.Recv(i), role: poolRole, instr: i})
				}
				if f, ok := r.fact(fn); ok {
					for _, n := range f.Server.SetsLimit {
						if a := valueflow.Arg(i, n); a != nil {
							for _, role := range []apimodel.FieldRole{poolRole, apimodel.TimesReads, apimodel.TimesIdle} {
								r.limits = append(r.limits, limiting{on: a, role: role, instr: i})
							}
						}
					}
				}
			}
			return true
		})
	}
	return r.limits
}

// offHere returns the name of the setting that v is, if it is zero unless it
// is asked for, and importing packages cannot give it another default; ""
// otherwise. A flag has a hyphen in front of its name.
func (r *Result) offHere(v ssa.Value) string {
	if name := knobs.Flag(r.Index(), v); name != "" {
		return "-" + name
	}
	f := knobs.Field(r.Index(), v)
	if f == nil || f.Exported() && r.pass.Pkg.Name() != "main" {
		return ""
	}
	return f.Name()
}

// OffByDefault returns the name of the setting that alone gives a field of the
// role of what was made at m a value, if it is off unless somebody asks for it.
func (r *Result) OffByDefault(m Made, role apimodel.FieldRole) (setting string) {
	for _, f := range r.Index().Funcs {
		instructions(f, func(i ssa.Instruction) bool {
			st, ok := i.(*ssa.Store)
			if !ok || setting != "" {
				return setting == ""
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || !types.Identical(serverType(fa.X.Type()), m.typ()) {
				return true
			}
			if k, ok := apimodel.KnobOf(fa.X.Type(), valueflow.FieldOf(fa.X.Type(), fa.Field).Name()); ok && k.Does == role && r.mayBe(fa.X, m, false) {
				setting = r.offHere(st.Val)
			}
			return setting == ""
		})
	}
	return setting
}

// addCopy notes that a server is copied whole, with the limits it has.
func (r *Result) addCopy(st *ssa.Store) {
	if isZero(st.Val) {
		return
	}
	var from *ssa.Alloc
	if load, ok := st.Val.(*ssa.UnOp); ok {
		from, _ = load.X.(*ssa.Alloc) // a literal; else what is not followed
	}
	for _, role := range []apimodel.FieldRole{apimodel.TimesReads, apimodel.TimesIdle, apimodel.ListenAddr} {
		r.limits = append(r.limits, limiting{on: st.Addr, role: role, instr: st, copyOf: from})
	}
}

func isZero(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	if !ok {
		return false
	}
	if k.Value == nil {
		return true
	}
	return k.Value.Kind() == constant.Int && constant.Sign(k.Value) == 0
}

// unlimited reports whether v is a constant that means "no limit".
func unlimited(v ssa.Value, values []int64) bool {
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return false
	}
	n, exact := constant.Int64Val(k.Value)
	if !exact || n >= hugeLimitFrom {
		return true
	}
	for _, u := range values {
		if n == u || u < 0 && n < 0 {
			return true
		}
	}
	return false
}

// hugeLimitFrom is from where on a limit is none: more than any machine has.
const hugeLimitFrom = 1 << 20

// LiteralOf returns where the literal is that is stored whole in the field or
// variable m, which holds a server by value; NoPos where there is none, or more
// than one.
func (r *Result) LiteralOf(m Made) token.Pos {
	if _, ok := m.Value.(*ssa.Alloc); ok {
		return token.NoPos
	}
	at := token.NoPos
	several := false
	for _, f := range r.Index().Funcs {
		instructions(f, func(i ssa.Instruction) bool {
			st, ok := i.(*ssa.Store)
			if !ok || !types.Identical(serverType(st.Addr.Type()), m.typ()) || !r.mayBe(st.Addr, m, false) {
				return true
			}
			// *t6 = *t0, where t0 is the literal's own.
			if load, ok := st.Val.(*ssa.UnOp); ok {
				if lit, ok := load.X.(*ssa.Alloc); ok && lit.Comment == "complit" && lit.Pos().IsValid() {
					several = several || at.IsValid()
					at = lit.Pos()
				}
			}
			return !several
		})
	}
	if several {
		return token.NoPos
	}
	return at
}
