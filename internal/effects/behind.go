package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// paramsBehind returns the parameters of f that v is, wraps, or has in a
// field of a struct that f makes.
func (r *Result) paramsBehind(v ssa.Value, f *ssa.Function) (ns []int) {
	b := behind{r, f, func(types.Type) bool { return false }, map[ssa.Value]bool{}, nil}
	b.walk(v)
	return b.ns
}

// behind is the search for the parameters of f behind some value, short of
// values of the types that stop it.
type behind struct {
	r    *Result
	f    *ssa.Function
	stop func(types.Type) bool
	seen map[ssa.Value]bool // structs and calls, which may lead to themselves
	ns   []int
}

func (b *behind) walk(v ssa.Value) {
	b.r.Index().Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if b.stop(v.Type()) {
			return false
		}
		switch v := v.(type) {
		case *ssa.Parameter:
			if v.Parent() == b.f {
				b.ns = append(b.ns, paramIndex(v))
			}
			return false
		case *ssa.Alloc:
			if b.seen[v] {
				return false
			}
			b.seen[v] = true
			for _, fld := range writerFields(v) {
				b.walk(fld)
			}
		case *ssa.Call:
			if b.seen[v] {
				return false
			}
			b.seen[v] = true
			over := b.r.WritesOver(v)
			for _, g := range b.r.Index().StaticBodies(v) {
				over = append(over, argsOf(v, b.r.writesOf(g).Over)...)
			}
			for _, v := range over {
				b.walk(v)
			}
		case *ssa.UnOp:
			switch v.X.(type) {
			case *ssa.Alloc, *ssa.FreeVar:
				return true
			}
			return false // fields are shared by all instances: what they hold is not this call's
		}
		return true
	})
}

// writerFields returns what is stored in the fields of a struct where it is
// made, of what can be written to.
func writerFields(a *ssa.Alloc) (vs []ssa.Value) {
	if a.Referrers() == nil {
		return nil
	}
	for _, ref := range *a.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa && hasMethod(st.Val.Type(), "Write") {
				vs = append(vs, st.Val)
			}
		}
	}
	return vs
}
