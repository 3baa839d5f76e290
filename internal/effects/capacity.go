package effects

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A capacityFact is how much room a channel has that is held in a field or
// variable which other packages can name: every place that stores one makes
// it with a constant size.
type capacityFact struct{ Min, Max int64 }

func (*capacityFact) AFact() {}
func (f *capacityFact) String() string {
	if f.Min == f.Max {
		return fmt.Sprintf("room for %d", f.Min)
	}
	return fmt.Sprintf("room for %d to %d", f.Min, f.Max)
}

// A Size is what one channel or semaphore was made with.
type Size struct {
	// Const: the size is a constant, between Min and Max where a channel of
	// another package may be one of several.
	Const    bool
	Min, Max int64
	// Weighted: what is counted may be bytes.
	Weighted bool
}

const (
	// Endless is the smallest capacity that is no limit: more goroutines than
	// that do not fit into the memory of any machine (2 KiB of stack each
	// makes 2 GiB, before they do anything).
	Endless = 1 << 20
	// endlessWeight is the same for weighted semaphores, whose weights may be
	// bytes: a budget of a gigabyte is a limit.
	endlessWeight = 1 << 40
)

// Endless reports whether the size is as good as none.
func (s Size) Endless() bool {
	if s.Weighted {
		return s.Const && s.Min >= endlessWeight
	}
	return s.Const && s.Min >= Endless
}

// Sizes returns what the channels and semaphores at the places were made with,
// as far as that is visible here or a fact of another package tells.
func (r *Result) Sizes(on valueflow.Origins) (sizes []Size) {
	for k := range on {
		switch k := k.(type) {
		case *ssa.MakeChan:
			sizes = append(sizes, sizeOf(k.Size, false))
		case *ssa.Call:
			if row, ok := apimodel.Find(valueflow.Callee(k), apimodel.NewSemaphore); ok {
				sizes = append(sizes, sizeOf(valueflow.Arg(k, row.Arg), true))
			}
		case *types.Var:
			sizes = r.appendForeign(sizes, k.Origin())
		case *ssa.Global:
			if v, ok := k.Object().(*types.Var); ok {
				sizes = r.appendForeign(sizes, v)
			}
		}
	}
	return sizes
}

// appendForeign appends the size that a fact of another package tells for v.
func (r *Result) appendForeign(sizes []Size, v *types.Var) []Size {
	if v.Pkg() == nil || v.Pkg() == r.pass.Pkg {
		return sizes
	}
	var f capacityFact
	if r.pass.ImportObjectFact(v, &f) {
		return append(sizes, Size{Const: true, Min: f.Min, Max: f.Max})
	}
	return sizes
}

func sizeOf(v ssa.Value, weighted bool) Size {
	n, ok := valueflow.Int(v)
	if !ok {
		return Size{Weighted: weighted}
	}
	return Size{Const: true, Min: n, Max: n, Weighted: weighted}
}

// endlessAt reports whether every visible place that makes the semaphore
// gives it a size that is none.
func (r *Result) endlessAt(on valueflow.Origins) bool {
	sizes := r.Sizes(on)
	for _, s := range sizes {
		if !s.Endless() {
			return false
		}
	}
	return len(sizes) > 0
}

// exportCapacities exports the room of the channels in exported variables, and
// in exported fields of the package's structs.
func (r *Result) exportCapacities() {
	scope := r.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Var:
			if !obj.Exported() || !isChan(obj.Type()) {
				continue // before the index, which takes SSA of the whole package
			}
			if g, ok := r.Index().Pkg.Members[name].(*ssa.Global); ok {
				r.exportCapacity(obj, r.Index().GlobalStores(g))
			}
		case *types.TypeName:
			s, ok := obj.Type().Underlying().(*types.Struct)
			if !ok || obj.IsAlias() {
				continue
			}
			for f := range s.Fields() {
				if f.Exported() && isChan(f.Type()) {
					r.exportCapacity(f, r.Index().Stores(f))
				}
			}
		}
	}
}

func (r *Result) exportCapacity(v *types.Var, stored []ssa.Value) {
	if len(stored) == 0 {
		return
	}
	var f capacityFact
	for n, s := range stored {
		m, ok := s.(*ssa.MakeChan)
		if !ok {
			return
		}
		size := sizeOf(m.Size, false)
		if !size.Const {
			return
		}
		if n == 0 {
			f = capacityFact{size.Min, size.Max}
		}
		f.Min, f.Max = min(f.Min, size.Min), max(f.Max, size.Max)
	}
	r.pass.ExportObjectFact(v, &f)
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
