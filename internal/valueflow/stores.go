package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Stores returns the values that the package stores in the field.
func (x *Index) Stores(f *types.Var) []ssa.Value { return x.fieldStores[f] }

// GlobalStores returns the values that the package stores in its variable.
func (x *Index) GlobalStores(g *ssa.Global) []ssa.Value { return x.globalStores[g] }

// Open reports whether what flows to p or is loaded from addr may come from
// outside the package: p is a parameter of a function that others can call,
// addr an exported field or variable.
func (x *Index) Open(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return x.openParameter(v)
	case *ssa.UnOp:
		return x.openPlace(v.X)
	}
	return false
}
