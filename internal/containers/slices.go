package containers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// noteSlice classifies the store of the slice v at addr: q = append(q, e)
// inserts, q = q[1:] removes, anything else replaces.
func (x *Index) noteSlice(st *ssa.Store, addr, v ssa.Value) {
	for _, p := range x.placesOf(addr) {
		if p.Elem {
			continue // an element of an array of slices: m[k] is a map's
		}
		x.noteSliceAt(st, p, addr, v)
	}
}

func (x *Index) noteSliceAt(i ssa.Instruction, p Place, base, v ssa.Value) {
	c := x.container(p)
	w := sliceWalk{x: x, place: p}
	w.visit(v, 0)
	if w.inserts != nil && !w.shortens {
		if isBytes(v.Type()) {
			c.Kind = Bytes
		}
		op := Op{Instr: i, Base: base, Value: inserted(w.inserts)}
		if up, ok := i.(*ssa.MapUpdate); ok {
			op.Key = up.Key
		}
		c.Inserts = append(c.Inserts, op)
		return
	}
	if w.same && !w.shortens {
		return // stored back as it was
	}
	how := w.how
	if how == 0 {
		how = All
	}
	if st, ok := i.(*ssa.Store); ok && how == All && !w.shortens && x.initial(st) {
		return
	}
	if _, ok := i.(*ssa.MapUpdate); ok && !w.shortens {
		return // m[k] = a new slice: an insertion into the map
	}
	c.Removals = append(c.Removals, Op{Instr: i, Base: base, How: how})
}

// A sliceWalk finds what a slice that is stored at a place was made of.
type sliceWalk struct {
	x       *Index
	place   Place
	seen    map[ssa.Value]bool
	inserts *ssa.Call // the append to what was at the place
	// same: v is, on some way, what was at the place; shortens: with
	// something taken out.
	same, shortens bool
	how            How
}

func (w *sliceWalk) visit(v ssa.Value, depth int) {
	if w.seen == nil {
		w.seen = map[ssa.Value]bool{}
	}
	if w.seen[v] || depth > 8 {
		return
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			w.visit(e, depth+1)
		}
	case *ssa.ChangeType:
		w.visit(v.X, depth+1)
	case *ssa.Slice:
		was := w.same
		w.visit(v.X, depth+1)
		if w.same && !was || w.inserts != nil {
			w.cut(v)
		}
	case *ssa.UnOp, *ssa.Lookup, *ssa.Extract, *ssa.Field:
		if has(w.x.containersOf(v), w.place) {
			w.same = true
		}
	case *ssa.Call:
		w.call(v, depth)
	}
}

// cut notes what a slice expression of the container leaves out.
func (w *sliceWalk) cut(v *ssa.Slice) {
	switch {
	case v.Low != nil && !isZero(v.Low):
		w.shortens, w.how = true, Head
	case v.High != nil && isZero(v.High):
		w.shortens, w.how = true, All
	case v.High != nil:
		w.shortens, w.how = true, Some
	}
}

func (w *sliceWalk) call(c *ssa.Call, depth int) {
	b, ok := c.Call.Value.(*ssa.Builtin)
	if ok && b.Name() == "append" {
		w.visit(c.Call.Args[0], depth+1)
		if !w.same {
			return
		}
		if w.shortens || len(c.Call.Args) > 1 && w.partOf(c.Call.Args[1], 0) {
			w.shortens = true // append(q[:i], q[i+1:]...)
			if w.how == 0 || w.how == All {
				w.how = Some
			}
			return
		}
		w.inserts = c
		return
	}
	if ok {
		return
	}
	for _, a := range c.Call.Args {
		if _, isSlice := a.Type().Underlying().(*types.Slice); isSlice && has(w.x.containersOf(a), w.place) {
			w.same = true
			if grows(c) {
				w.inserts = c
				continue
			}
			w.shortens, w.how = true, Some // q = remove(q, e)
		}
	}
}

// partOf reports whether v is a part of what was at the place.
func (w *sliceWalk) partOf(v ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Slice:
		return has(w.x.containersOf(v.X), w.place) || w.partOf(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if w.partOf(e, depth+1) {
				return true
			}
		}
	}
	return false
}

// inserted returns the value that an append or insertion adds, nil where it
// is not one value.
func inserted(c *ssa.Call) ssa.Value {
	args := c.Call.Args
	if len(args) < 2 {
		return nil
	}
	last := args[len(args)-1]
	s, ok := last.(*ssa.Slice)
	if !ok {
		return last
	}
	a, ok := s.X.(*ssa.Alloc)
	if !ok || a.Comment != "varargs" {
		return last
	}
	for _, r := range *a.Referrers() {
		ia, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, u := range *ia.Referrers() {
			if st, ok := u.(*ssa.Store); ok && st.Addr == ia {
				return st.Val
			}
		}
	}
	return last
}

func isZero(v ssa.Value) bool {
	n, ok := valueflow.Int(v)
	return ok && n == 0
}

// isBytes reports whether t is a slice of bytes, or of slices of bytes.
func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	if b, ok := s.Elem().Underlying().(*types.Basic); ok {
		return b.Kind() == types.Byte
	}
	return isBytes(s.Elem())
}

// loads reports whether v is a load.
func loads(v ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	return ok && u.Op == token.MUL
}
