package unboundedread

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// decoders gathers the findings of decoders that are kept in fields: they
// lack one limit, under the decoder, however many values they decode.
type decoders struct {
	of    map[*types.Var][]verdict
	order []*types.Var
}

// add keeps v if it is of a decoder in a field.
func (d *decoders) add(v verdict) bool {
	fv := decoderField(v)
	if fv == nil {
		return false
	}
	if d.of == nil {
		d.of = map[*types.Var][]verdict{}
	}
	if d.of[fv] == nil {
		d.order = append(d.order, fv)
	}
	d.of[fv] = append(d.of[fv], v)
	return true
}

// first returns one finding for each decoder: the first in the source, with
// the others as evidence.
func (d *decoders) first() (vs []verdict) {
	for _, fv := range d.order {
		of := d.of[fv]
		slices.SortFunc(of, func(a, b verdict) int { return cmp.Compare(a.instr.Pos(), b.instr.Pos()) })
		v := of[0]
		for _, o := range of[1:] {
			v.also = append(v.also, o.instr)
		}
		vs = append(vs, v)
	}
	return vs
}

// decoderField returns the field that holds the decoder, nil for a decoder
// that is made where it is used.
func decoderField(v verdict) *types.Var {
	if v.kind != decode || v.site.Call == nil || v.site.Reader != valueflow.Recv(v.site.Call) {
		return nil
	}
	u, ok := v.site.Reader.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return nil
	}
	fa, ok := u.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	return valueflow.FieldOf(fa.X.Type(), fa.Field)
}
