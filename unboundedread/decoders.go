package unboundedread

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// decoders gathers the findings of decoders that are used more than once,
// kept in a field or passed on: they lack one limit, under the decoder,
// however many values they decode.
type decoders struct {
	x   *valueflow.Index
	all []*decoder
}

// A decoder is what decodes: a field (*types.Var), or the calls that make it
// (*ssa.Call), of which findings may share some.
type decoder struct {
	from  map[any]bool
	found []verdict
}

// add keeps v if it is of a decoder that may decode elsewhere as well.
func (d *decoders) add(v verdict) bool {
	from := d.origin(v)
	if len(from) == 0 {
		return false
	}
	into := &decoder{from: from}
	rest := d.all[:0]
	for _, o := range d.all {
		if !meet(o.from, from) {
			rest = append(rest, o)
			continue
		}
		for k := range o.from {
			into.from[k] = true
		}
		into.found = append(into.found, o.found...)
	}
	into.found = append(into.found, v)
	d.all = append(rest, into)
	return true
}

func meet(a, b map[any]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// first returns one finding for each decoder, with the others as evidence:
// the first in the source, or in the function that makes the decoder.
func (d *decoders) first() (vs []verdict) {
	for _, o := range d.all {
		slices.SortFunc(o.found, func(a, b verdict) int {
			if m, n := o.made(a), o.made(b); m != n {
				return cmp.Compare(n, m)
			}
			return cmp.Compare(a.instr.Pos(), b.instr.Pos())
		})
		v := o.found[0]
		for _, also := range o.found[1:] {
			v.also = append(v.also, also.instr)
		}
		vs = append(vs, v)
	}
	slices.SortFunc(vs, func(a, b verdict) int { return cmp.Compare(a.instr.Pos(), b.instr.Pos()) })
	return vs
}

// made is 1 where the decoder is made in the function of the finding.
func (o *decoder) made(v verdict) int {
	for k := range o.from {
		if c, ok := k.(*ssa.Call); ok && c.Parent() == v.instr.Parent() {
			return 1
		}
	}
	return 0
}

// origin returns what the decoder of the finding is, nothing for a reader.
func (d *decoders) origin(v verdict) map[any]bool {
	if v.kind != decode || v.site.Call == nil || v.site.Reader != valueflow.Recv(v.site.Call) {
		return nil
	}
	from := map[any]bool{}
	d.x.Walk(v.site.Reader, valueflow.Options{}, func(r ssa.Value) bool {
		switch r := r.(type) {
		case *ssa.Call:
			if d.x.HasBody(r) {
				return true
			}
			if valueflow.Callee(r) != nil {
				from[r] = true
			}
			return false
		case *ssa.UnOp:
			if fa, ok := r.X.(*ssa.FieldAddr); ok && r.Op == token.MUL {
				from[valueflow.FieldOf(fa.X.Type(), fa.Field)] = true
				return false
			}
		}
		return true
	})
	delete(from, (*types.Var)(nil))
	return from
}
