package effects

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// boundedFact is the limit that a comment, //backpressure:bounded N reason,
// declares for a function, type, field or variable.
type boundedFact struct{ N int }

func (*boundedFact) AFact()           {}
func (f *boundedFact) String() string { return fmt.Sprintf("bounded %d", f.N) }

// exportBounds exports what comments of the package declare about what other
// packages can name.
func (r *Result) exportBounds() {
	if !r.directives.HasBounds() {
		return
	}
	for _, obj := range r.pass.TypesInfo.Defs {
		if obj == nil || obj.Pkg() != r.pass.Pkg || !outlives(obj) {
			continue
		}
		if n, ok := r.directives.Bounded(obj.Pos()); ok {
			r.pass.ExportObjectFact(obj, &boundedFact{n})
		}
	}
}

// outlives reports whether obj is more than a name within one function.
func outlives(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		return true
	case *types.Var:
		return obj.IsField() || obj.Parent() == obj.Pkg().Scope()
	case *types.TypeName:
		return obj.Parent() == obj.Pkg().Scope()
	}
	return false
}

// Bounded returns the limit that a comment declares for obj, in this package
// or in another: the callers of a function, the users of a type's values, the
// elements of a field or variable, or what it lets through, are at most n.
func (r *Result) Bounded(obj types.Object) (n int, ok bool) {
	switch o := obj.(type) {
	case nil:
		return 0, false
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
	}
	if obj.Pkg() == nil {
		return 0, false
	}
	if obj.Pkg() == r.pass.Pkg {
		return r.directives.Bounded(obj.Pos())
	}
	var f boundedFact
	if r.pass.ImportObjectFact(obj, &f) {
		return f.N, true
	}
	return 0, false
}

// BoundedValue reports whether a comment declares a limit for a place that v
// may come from: a field, variable or parameter, the function that returned
// it, or its type.
func (r *Result) BoundedValue(v ssa.Value) bool {
	if v == nil {
		return false
	}
	if named, ok := types.Unalias(pointee(v.Type())).(*types.Named); ok {
		if _, ok := r.Bounded(named.Obj()); ok {
			return true
		}
	}
	for place := range r.Index().Origins(v) {
		if x, ok := place.(*ssa.Extract); ok {
			place = x.Tuple
		}
		var obj types.Object
		switch p := place.(type) {
		case types.Object:
			obj = p
		case *ssa.Parameter:
			obj = p.Object()
		case *ssa.Global:
			obj = p.Object()
		case ssa.CallInstruction:
			if fn := valueflow.Callee(p); fn != nil {
				obj = fn
			}
		}
		if obj == nil {
			continue
		}
		if _, ok := r.Bounded(obj); ok {
			return true
		}
	}
	return false
}

func pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
