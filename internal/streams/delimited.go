package streams

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// DelimitedAt recognises the loop that puts i, a piece of what it reads,
// behind what it has, and cuts off what ends with a delimiter: what has none
// yet stays, however long it becomes. The buffer is a variable of the function
// or a field. It is false where anything but the search for the delimiter sees
// the whole buffer or asks how long it is: that may be the limit.
func (f *Finder) DelimitedAt(i ssa.Instruction) (s Site, ok bool) {
	c, ok := i.(*ssa.Call)
	if !ok || !appends(c) || len(c.Call.Args) != 2 || !isBytes(c.Type()) {
		return s, false
	}
	l := f.forests.Of(c.Parent()).Innermost(c.Block())
	buf := backing(c.Call.Args[1])
	if l == nil || buf == nil {
		return s, false
	}
	d := delimited{f: f, seen: map[ssa.Value]bool{}}
	if !d.whole(c) || !d.cut {
		return s, false
	}
	s.Verb = Line
	if s.Reader = f.readsInto(l, func(v ssa.Value) bool { return backing(v) == buf }); s.Reader == nil {
		return s, false
	}
	// Where the rounds are counted, that is the limit.
	limits, knob := f.weighs(l)
	s.Knob = knob
	return s, !limits
}

// delimited is the walk over all that happens to one buffer.
type delimited struct {
	f     *Finder
	seen  map[ssa.Value]bool
	field *types.Var // where the buffer is kept, nil for a variable
	cut   bool       // what ends with a delimiter is cut off
}

// whole reports whether all uses of v, the buffer or what is left of it, are
// understood.
func (d *delimited) whole(v ssa.Value) bool {
	if d.seen[v] {
		return true
	}
	d.seen[v] = true
	if !d.made(v) || v.Referrers() == nil {
		return false
	}
	for _, u := range *v.Referrers() {
		if !d.use(u, v) {
			return false
		}
	}
	return true
}

// made reports whether what v is made of is the buffer too, or empty.
func (d *delimited) made(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !begins(e) && !d.whole(e) {
				return false
			}
		}
		return true
	case *ssa.Call:
		return appends(v) && (begins(v.Call.Args[0]) || d.whole(v.Call.Args[0]))
	case *ssa.UnOp:
		return d.loaded(v)
	case *ssa.Slice, *ssa.Extract:
		return true // reached from the buffer
	}
	return false
}

// loaded reports whether v comes from a field that nothing but this package's
// understood code has to do with. The first load decides which field it is.
func (d *delimited) loaded(v *ssa.UnOp) bool {
	a, ok := v.X.(*ssa.FieldAddr)
	if !ok || v.Op != token.MUL {
		return false
	}
	field := valueflow.FieldOf(a.X.Type(), a.Field)
	if field == nil || field.Exported() || d.field != nil && d.field != field {
		return false
	}
	if d.field == field {
		return true
	}
	d.field = field
	for _, fn := range d.f.x.Funcs {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				if a, ok := i.(*ssa.FieldAddr); ok && valueflow.FieldOf(a.X.Type(), a.Field) == field && !d.accessed(a) {
					return false
				}
			}
		}
	}
	return true
}

// accessed reports whether the field is loaded and stored there, and nothing
// else.
func (d *delimited) accessed(a *ssa.FieldAddr) bool {
	for _, u := range *a.Referrers() {
		switch u := u.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if !d.whole(u) {
				return false
			}
		case *ssa.Store:
			if u.Addr != a || !begins(u.Val) && !d.whole(u.Val) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// use reports whether u, which uses the buffer v, is understood.
func (d *delimited) use(u ssa.Instruction, v ssa.Value) bool {
	switch u := u.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.Store:
		a, ok := u.Addr.(*ssa.FieldAddr)
		return ok && u.Val == v && d.field != nil && valueflow.FieldOf(a.X.Type(), a.Field) == d.field
	case *ssa.Phi:
		return d.whole(u)
	case *ssa.Slice:
		return d.part(u)
	case *ssa.Call:
		if b, ok := u.Call.Value.(*ssa.Builtin); ok {
			switch b.Name() {
			case "append":
				return u.Call.Args[0] == v && d.whole(u)
			case "len":
				return asksIfEmpty(u)
			}
			return false
		}
		r, ok := apimodel.Find(valueflow.Callee(u), apimodel.Finds)
		return ok && valueflow.Arg(u, r.Arg) == v && d.parts(u)
	}
	return false
}

// part reports whether s is what a search has found the end of, or the rest.
func (d *delimited) part(s *ssa.Slice) bool {
	switch {
	case s.Low != nil && s.High == nil && found(s.Low, 0):
		d.cut = true
		return d.whole(s)
	case s.High != nil && found(s.High, 0):
		return true
	}
	return false
}

// parts reports whether the results of a search that cuts are understood:
// what is before the delimiter is free, what is after it is the rest.
func (d *delimited) parts(c *ssa.Call) bool {
	for _, r := range *c.Referrers() {
		e, ok := r.(*ssa.Extract)
		if !ok || !isBytes(e.Type()) || e.Index == 0 {
			continue
		}
		d.cut = true
		if !d.whole(e) {
			return false
		}
	}
	return true
}

// found reports whether v is computed from where a delimiter is, and constants.
func found(v ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.Call:
		_, ok := apimodel.Find(valueflow.Callee(v), apimodel.Finds)
		return ok
	case *ssa.BinOp:
		return depth < 4 && (found(v.X, depth+1) && addend(v.Y) || found(v.Y, depth+1) && addend(v.X))
	case *ssa.Phi:
		for _, e := range v.Edges {
			if depth == 4 || !found(e, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// addend reports whether v is the length of a delimiter.
func addend(v ssa.Value) bool {
	if c, ok := v.(*ssa.Call); ok {
		b, ok := c.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "len"
	}
	_, ok := v.(*ssa.Const)
	return ok
}

// begins reports whether v is an empty buffer, perhaps with room.
func begins(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return v.Value == nil
	case *ssa.MakeSlice:
		n, ok := valueflow.Int(v.Len)
		return ok && n == 0
	case *ssa.Slice: // of an array that make has allocated
		n, ok := valueflow.Int(v.High)
		_, own := v.X.(*ssa.Alloc)
		return ok && own && v.Low == nil && n == 0
	}
	return false
}

// asksIfEmpty reports whether the length is only compared with 0 or 1.
func asksIfEmpty(n *ssa.Call) bool {
	for _, u := range *n.Referrers() {
		switch u := u.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			x, y := u.X, u.Y
			if y == ssa.Value(n) {
				x, y = y, x
			}
			if k, ok := valueflow.Int(y); !ok || k > 1 || x != ssa.Value(n) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func appends(c *ssa.Call) bool {
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "append"
}
