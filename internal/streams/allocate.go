package streams

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// DeclaredAt returns the unchecked length that decides how much is allocated
// at instruction i; ok is false when there is none.
func (f *Finder) DeclaredAt(i ssa.Instruction) (Length, bool) {
	for _, n := range f.allocates(i) {
		if f.madeByCaller(i, n) {
			continue
		}
		if l, ok := f.Length(n, i); ok && (!l.Text || bytesOf(i)) {
			return l, true
		}
	}
	return Length{}, false
}

// bytesOf reports whether i makes room for bytes, and not for elements that
// somebody puts there one by one.
func bytesOf(i ssa.Instruction) bool {
	v, ok := i.(ssa.Value)
	if _, isMake := i.(*ssa.MakeSlice); !isMake {
		_, isCall := i.(*ssa.Call)
		return isCall
	}
	return ok && isBytes(v.Type())
}

// Allocates reports whether i makes room for an amount that is not constant.
func (f *Finder) Allocates(i ssa.Instruction) bool {
	for _, n := range f.allocates(i) {
		if _, ok := n.(*ssa.Const); !ok {
			return true
		}
	}
	return false
}

// allocates returns the numbers that decide how much i allocates.
func (f *Finder) allocates(i ssa.Instruction) (ns []ssa.Value) {
	switch i := i.(type) {
	case *ssa.MakeSlice:
		ns = append(ns, i.Len)
		if i.Cap != i.Len {
			ns = append(ns, i.Cap)
		}
	case *ssa.MakeMap:
		if i.Reserve != nil {
			ns = append(ns, i.Reserve)
		}
	case *ssa.MakeChan:
		ns = append(ns, i.Size)
	case *ssa.Call:
		for _, r := range apimodel.FuncRows(valueflow.Callee(i)) {
			if r.Does == apimodel.Allocate {
				ns = append(ns, valueflow.Arg(i, r.Arg))
			}
		}
		for _, g := range f.x.StaticBodies(i) {
			for _, n := range f.allocator(g) {
				if n < len(i.Call.Args) {
					ns = append(ns, i.Call.Args[n])
				}
			}
		}
		if fact, ok := f.facts(valueflow.Callee(i)); ok && !f.x.HasBody(i) {
			for _, n := range fact.Allocates {
				ns = append(ns, valueflow.Arg(i, n))
			}
		}
	}
	return ns
}
