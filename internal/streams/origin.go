package streams

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// leaf returns the number that is read from v at i if a peer sends it.
func (w *wireWalk) leaf(v ssa.Value, i ssa.Instruction, n int) *Length {
	if v == nil {
		return nil
	}
	_, text := v.Type().Underlying().(*types.Basic)
	for _, s := range w.f.origin(v, i) {
		if text && s.Kind == Bytes {
			continue // whose text it is cannot be told
		}
		if s.Kind >= Answer || s.Kind == Body || s.Kind == Upload || (w.f.networked || w.open) && (s.Kind == Param || s.Kind == Bytes) {
			return &Length{Source: s, Read: i, Text: text, Bits: n}
		}
	}
	if text && peer.Who(w.f.x, v).Who == peer.Peer {
		s := Source{Kind: Body, Value: v, Name: w.f.x.Describe(v)}
		return &Length{Source: s, Read: i, Text: true, Bits: n}
	}
	return nil
}

// announced is the length of a body that its sender announces: Content-Length.
func (w *wireWalk) announced(v *ssa.UnOp, a *ssa.FieldAddr) *Length {
	fv := valueflow.FieldOf(a.X.Type(), a.Field)
	if fv == nil || !isNumber(fv.Type()) {
		return nil
	}
	k, ok := apimodel.KnobOf(a.X.Type(), fv.Name())
	if !ok || k.Does != apimodel.PeerData {
		return nil
	}
	s := Source{Value: v, Name: w.f.x.Describe(v)}
	switch k.Unit {
	case apimodel.Request:
		s.Kind = Body
		if w.f.sentByUs(a.X) {
			return nil
		}
	case apimodel.Message:
		s.Kind = Answer
		s.Chosen = w.f.chosenServer(a.X)
	case apimodel.File: // the head of an entry of an archive
		ss := w.f.Of(a.X, v)
		n := slices.IndexFunc(ss, func(s Source) bool { return s.Kind > Bytes })
		if n < 0 {
			return nil
		}
		s = ss[n]
	default:
		return nil
	}
	return &Length{Source: s, Read: v, Text: true, Bits: 64}
}

// origin returns the sources of a reader, or of the reader that filled a
// buffer.
func (f *Finder) origin(v ssa.Value, at ssa.Instruction) []Source {
	if !isBytes(v.Type()) && !isByteArray(v.Type()) {
		return f.Of(v, at)
	}
	var ss []Source
	f.x.Walk(v, valueflow.Options{Through: true}, func(b ssa.Value) bool {
		switch b := b.(type) {
		case *ssa.Parameter:
			if len(f.x.Passed(b)) == 0 && isBytes(b.Type()) {
				ss = append(ss, Source{Kind: Bytes, Value: b, Name: f.x.Describe(b)})
			}
		case *ssa.Call, *ssa.Extract:
			c, ok := b.(*ssa.Call)
			if e, isExtract := b.(*ssa.Extract); isExtract {
				c, ok = e.Tuple.(*ssa.Call)
			}
			if ok {
				for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
					if r.Does == apimodel.ReceiveFrom || r.Does == apimodel.Receive && r.Arg < 0 {
						ss = append(ss, f.Of(valueflow.Arg(c, r.Arg), c)...)
					}
				}
			}
		}
		ss = append(ss, f.filledFrom(b)...)
		return true
	})
	return ss
}

func isByteArray(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	a, ok := p.Elem().Underlying().(*types.Array)
	return ok && bits(a.Elem()) == 8
}

// filledFrom returns the sources of what calls read into the buffer b, or
// into a part of it.
func (f *Finder) filledFrom(b ssa.Value) []Source {
	s, ok := f.x.Memo("streams.filled", b, func() any { return f.findFilled(b) })
	if !ok {
		return nil
	}
	return s.([]Source)
}

func (f *Finder) findFilled(b ssa.Value) (ss []Source) {
	add := func(refs *[]ssa.Instruction, v ssa.Value) {
		if refs == nil {
			return
		}
		for _, r := range *refs {
			c, ok := r.(*ssa.Call)
			if !ok {
				continue
			}
			for _, row := range apimodel.FuncRows(valueflow.Callee(c)) {
				fills := row.Does == apimodel.Unmarshal || row.Does == apimodel.Receive && row.Arg >= 0
				if !fills || valueflow.Arg(c, row.Arg) != v {
					continue
				}
				from := valueflow.Recv(c)
				if from == nil {
					from = valueflow.Arg(c, 0)
				}
				ss = append(ss, f.Of(from, c)...)
			}
		}
	}
	if b.Referrers() == nil {
		return nil
	}
	add(b.Referrers(), b)
	for _, r := range *b.Referrers() {
		if s, ok := r.(*ssa.Slice); ok && s.X == b {
			add(s.Referrers(), s)
		}
	}
	if u, ok := b.(*ssa.UnOp); ok && u.Op == token.MUL { // buffers of a struct: d.buffer[:4]
		if fa, ok := u.X.(*ssa.FieldAddr); ok {
			ss = append(ss, f.fieldFilled(fa)...)
		}
	}
	if fa, ok := b.(*ssa.FieldAddr); ok {
		ss = append(ss, f.fieldFilled(fa)...)
	}
	return ss
}

// fieldFilled returns the sources of what the functions of this package read
// into a buffer that is a field.
func (f *Finder) fieldFilled(fa *ssa.FieldAddr) (ss []Source) {
	fv := valueflow.FieldOf(fa.X.Type(), fa.Field)
	f.each(func(i ssa.Instruction) {
		c, ok := i.(*ssa.Call)
		if !ok || len(ss) > 8 {
			return
		}
		for n, a := range c.Call.Args {
			sl, ok := a.(*ssa.Slice)
			if !ok || !sameField(sl.X, fv) {
				continue
			}
			from, fills := f.fills(c, n, 0)
			if fills && from != nil {
				ss = append(ss, f.Of(from, c)...)
			}
		}
	})
	return ss
}

func sameField(v ssa.Value, fv *types.Var) bool {
	if u, ok := v.(*ssa.UnOp); ok {
		v = u.X
	}
	fa, ok := v.(*ssa.FieldAddr)
	return ok && valueflow.FieldOf(fa.X.Type(), fa.Field) == fv
}

// fills reports whether the call reads into its n-th argument (the receiver
// counts), and from which reader.
func (f *Finder) fills(c *ssa.Call, n, depth int) (from ssa.Value, ok bool) {
	for _, row := range apimodel.FuncRows(valueflow.Callee(c)) {
		if (row.Does == apimodel.Unmarshal || row.Does == apimodel.Receive && row.Arg >= 0) && valueflow.Arg(c, row.Arg) == c.Call.Args[n] {
			from = valueflow.Recv(c)
			if from == nil {
				from = valueflow.Arg(c, 0)
			}
			return from, true
		}
	}
	if depth == 2 {
		return nil, false
	}
	for _, g := range f.x.StaticBodies(c) {
		if n >= len(g.Params) {
			continue
		}
		for _, r := range *g.Params[n].Referrers() {
			in, ok := r.(*ssa.Call)
			if !ok {
				continue
			}
			for k, a := range in.Call.Args {
				if a == g.Params[n] {
					if from, ok := f.fills(in, k, depth+1); ok {
						return from, true
					}
				}
			}
		}
	}
	return nil, false
}
