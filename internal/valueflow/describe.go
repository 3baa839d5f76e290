package valueflow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Describe returns v as the source would name it: "ln", "s.ln", "cfg.Peers".
// It returns "" where v has no short name.
func (x *Index) Describe(v ssa.Value) string { return describe(v, 0) }

func describe(v ssa.Value, depth int) string {
	if depth > 6 {
		return ""
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return named(v.Name())
	case *ssa.FreeVar:
		return named(v.Name())
	case *ssa.Global:
		return named(v.Name())
	case *ssa.Alloc:
		return local(v)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return describe(v.X, depth+1)
		}
	case *ssa.FieldAddr:
		return member(describe(v.X, depth+1), FieldOf(v.X.Type(), v.Field))
	case *ssa.Field:
		return member(describe(v.X, depth+1), FieldOf(v.X.Type(), v.Field))
	case *ssa.IndexAddr:
		return describe(v.X, depth+1)
	case *ssa.Slice:
		return describe(v.X, depth+1)
	case *ssa.MakeInterface:
		return describe(v.X, depth+1)
	case *ssa.ChangeInterface:
		return describe(v.X, depth+1)
	case *ssa.ChangeType:
		return describe(v.X, depth+1)
	case *ssa.TypeAssert:
		return describe(v.X, depth+1)
	case *ssa.Extract:
		return describe(v.Tuple, depth+1)
	case *ssa.Phi:
		return named(v.Comment)
	case *ssa.Call:
		return callName(v, depth)
	}
	return ""
}

func callName(c *ssa.Call, depth int) string {
	fn := Callee(c)
	if fn == nil {
		return ""
	}
	if r := Recv(c); r != nil {
		if base := describe(r, depth+1); base != "" {
			return base + "." + fn.Name() + "()"
		}
		return fn.Name() + "()"
	}
	if fn.Pkg() != nil && fn.Pkg() != c.Parent().Pkg.Pkg {
		return fn.Pkg().Name() + "." + fn.Name() + "()"
	}
	return fn.Name() + "()"
}

func member(base string, f *types.Var) string {
	switch {
	case f == nil:
		return base
	case base == "":
		return f.Name()
	case f.Embedded():
		return base
	}
	return base + "." + f.Name()
}

// local returns the variable that a cell was made for; cells of temporaries
// ("complit", "new") have none.
func local(a *ssa.Alloc) string {
	switch a.Comment {
	case "complit", "new", "slicelit", "varargs", "makeslice", "rangeindex", "t", "":
		return ""
	}
	return named(a.Comment)
}

// named drops names that the source does not have.
func named(s string) string {
	if s == "" || !token.IsIdentifier(s) || s == "_" {
		return ""
	}
	return s
}
