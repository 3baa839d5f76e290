package streams

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// same reports whether a and b may be, or belong to, the same request.
func (f *Finder) same(a, b ssa.Value) bool {
	ra, rb := f.roots(a), f.roots(b)
	for k := range ra {
		if rb[k] {
			return true
		}
	}
	return false
}

// roots returns the places a request may have come from: parameters, calls,
// cells and fields, and what they are part of.
func (f *Finder) roots(v ssa.Value) map[any]bool {
	r, ok := f.x.Memo("streams.roots", v, func() any { return f.findRoots(v) })
	if !ok {
		return nil
	}
	return r.(map[any]bool)
}

func (f *Finder) findRoots(v ssa.Value) map[any]bool {
	roots, seen := map[any]bool{}, map[ssa.Value]bool{}
	queue := []ssa.Value{v}
	for n := 0; len(queue) > 0 && n < 300; n++ {
		v := queue[0]
		queue = queue[1:]
		if v == nil || seen[v] {
			continue
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Parameter, *ssa.Call, *ssa.Extract, *ssa.Alloc, *ssa.Global:
			roots[v] = true
		case *ssa.UnOp:
			if fa, ok := v.X.(*ssa.FieldAddr); ok {
				roots[valueflow.FieldOf(fa.X.Type(), fa.Field)] = true
				queue = append(queue, fa.X)
			}
		case *ssa.FieldAddr:
			roots[valueflow.FieldOf(v.X.Type(), v.Field)] = true
		}
		if c, ok := v.(*ssa.Call); ok && valueflow.Recv(c) != nil && IsRequest(c.Type()) {
			queue = append(queue, valueflow.Recv(c)) // ctx.Request()
		}
		queue = append(queue, f.x.Step(v, valueflow.Options{Through: true})...)
	}
	return roots
}

// messageLimit returns the limit that is set for messages of the connection,
// nil where there is none.
func (f *Finder) messageLimit(conn ssa.Value) ssa.Value {
	for _, s := range f.setters() {
		if !s.lifts && f.same(valueflow.Recv(s.call), conn) {
			return valueflow.Arg(s.call, 0)
		}
	}
	return nil
}

// lifted reports whether the limit that the library has for messages of the
// connection is taken away.
func (f *Finder) lifted(conn ssa.Value) bool {
	for _, s := range f.setters() {
		if s.lifts && f.same(valueflow.Recv(s.call), conn) {
			return true
		}
	}
	return false
}
