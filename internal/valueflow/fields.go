package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// FieldStores returns what the package stores in the field of any instance of
// its struct.
func (x *Index) FieldStores(f *types.Var) []ssa.Value {
	if f == nil {
		return nil
	}
	return x.fieldStores[f.Origin()]
}

// mapKeys returns the keys that are set in the maps that m may be.
func (x *Index) mapKeys(m ssa.Value) (vs []ssa.Value) {
	t, ok := m.Type().Underlying().(*types.Map)
	if !ok {
		return nil
	}
	os := x.Origins(m)
	for _, k := range x.keys {
		if types.Identical(k.container.Type().Underlying(), t) && x.Origins(k.container).Meets(os) {
			vs = append(vs, k.value)
		}
	}
	return vs
}
