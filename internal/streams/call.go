package streams

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// call classifies result n of a call by table, body, fact and form.
func (w *walk) call(c *ssa.Call, n int, p way) []Source {
	fn := valueflow.Callee(c)
	if n >= c.Call.Signature().Results().Len() {
		return nil // a builtin
	}
	if fn != nil && peer.IsConn(c.Call.Signature().Results().At(n).Type()) {
		if _, ok := apimodel.Find(fn, apimodel.Hijack); ok {
			return w.named(p.source(Conn, c))
		}
	}
	if n == 0 || isReader(c.Call.Signature().Results().At(n).Type()) {
		if ss, ok := w.modelled(c, fn, p); ok {
			return ss
		}
	}
	if fs := w.f.x.StaticBodies(c); len(fs) > 0 && len(p.inside) < 5 {
		return w.results(c, fs[0], n, p)
	}
	if ss, ok := w.factual(c, fn, p); ok {
		return ss
	}
	if a := inflateShape(fn); a >= 0 && n == 0 {
		p.inflate = c
		return w.visit(valueflow.Arg(c, a), p)
	}
	if a := decoderOf(fn); a >= 0 && n == 0 {
		return w.visit(valueflow.Arg(c, a), p)
	}
	if dials(c, fn, w.f.x.Describe(c.Call.Value)) && peer.IsConn(c.Call.Signature().Results().At(n).Type()) {
		return w.dialled(c, p)
	}
	return w.named(p.source(Unknown, c))
}

// dials reports whether a call makes a connection, by its name or by that of
// the variable that holds the function.
func dials(c *ssa.Call, fn *types.Func, variable string) bool {
	if fn != nil {
		return strings.HasPrefix(fn.Name(), "Dial")
	}
	return strings.Contains(strings.ToLower(variable), "dial")
}

// dialled is a connection that the program made.
func (w *walk) dialled(c *ssa.Call, p way) []Source {
	s := p.source(Conn, c)
	s.Chosen = true
	return w.named(s)
}

// results goes into a function of this package.
func (w *walk) results(c *ssa.Call, f *ssa.Function, n int, p way) (ss []Source) {
	vs, at := valueflow.Returned(f, n)
	for i, v := range vs {
		q := p
		q.at = at[i]
		q.inside = append(p.inside[:len(p.inside):len(p.inside)], c)
		ss = append(ss, w.visit(v, q)...)
	}
	return ss
}

// modelled classifies a call that the tables know.
func (w *walk) modelled(c *ssa.Call, fn *types.Func, p way) (ss []Source, ok bool) {
	rows := apimodel.FuncRows(fn)
	for _, r := range rows {
		a := valueflow.Arg(c, r.Arg)
		switch r.Does {
		case apimodel.LimitRead:
			return w.limited(c, a, behind(c, rows), p), true
		case apimodel.Inflate:
			if l := w.f.optionLimit(fn.Pkg()); l != nil {
				return limitedTo(l, nil, p), true
			}
			p.inflate = c
			return w.visit(a, p), true
		}
	}
	for _, r := range rows {
		a := valueflow.Arg(c, r.Arg)
		switch r.Does {
		case apimodel.BlockNet:
			if strings.HasPrefix(fn.Name(), "Dial") {
				return w.dialled(c, p), true
			}
		case apimodel.Wrap, apimodel.Derive:
			if r.Arg >= 0 && !reads(a) && !isBytes(a.Type()) {
				continue // NewRequestWithContext wraps a context too
			}
			ok = true
			ss = append(ss, w.visit(a, p)...)
		case apimodel.Receive:
			s := p.source(Message, c)
			if recv := valueflow.Recv(c); recv != nil {
				s.Limit, s.Chosen = w.f.messageLimit(recv), w.chosen(recv, p)
			}
			if recv := valueflow.Recv(c); r.Capped && s.Limit == nil && (recv == nil || !w.f.lifted(recv)) {
				s.Limit = c // the library's default
			}
			return w.named(s), true
		case apimodel.Collect:
			if r.Unit == apimodel.Request || r.Unit == apimodel.Bytes {
				up := w.body(c, valueflow.Recv(c), p)
				for i := range up {
					if up[i].Kind == Body {
						up[i].Kind = Upload
					}
				}
				return up, true
			}
		case apimodel.ReceiveFrom:
			if c.Call.Signature().Results().Len() > 0 && isReader(c.Call.Signature().Results().At(0).Type()) {
				return w.visit(a, p), true
			}
		}
	}
	return ss, ok
}

// reads reports whether bytes can be had from v.
func reads(v ssa.Value) bool {
	return v != nil && (isReader(v.Type()) || isBytes(v.Type()) || IsRequest(v.Type()) || hasReader(v.Type()))
}

// hasReader reports whether v is something of another form that the tables
// let wrap a reader: a decoder, a scanner, a response writer.
func hasReader(t types.Type) bool {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Name() == "Context" {
		return false
	}
	_, ok := t.Underlying().(*types.Basic)
	return !ok
}

// factual classifies a call by what is known of a function elsewhere.
func (w *walk) factual(c *ssa.Call, fn *types.Func, p way) ([]Source, bool) {
	fact, ok := w.f.facts(fn)
	if !ok {
		return nil, false
	}
	switch {
	case fact.Limited:
		var in ssa.Value
		if len(fact.Wraps) > 0 {
			in = valueflow.Arg(c, fact.Wraps[0])
		}
		return w.limited(c, nil, in, p), true
	case fact.Inflates >= 0:
		p.inflate = c
		return w.visit(valueflow.Arg(c, fact.Inflates), p), true
	case len(fact.Wraps) > 0:
		var ss []Source
		for _, a := range fact.Wraps {
			ss = append(ss, w.visit(valueflow.Arg(c, a), p)...)
		}
		return ss, true
	}
	return nil, false
}

// chosen reports whether the program dialled the connection, whatever way it
// came.
func (w *walk) chosen(conn ssa.Value, p way) bool {
	r, ok := w.f.x.Memo("streams.chosen", conn, func() any {
		dialled, other := false, false
		for _, s := range (&walk{f: w.f, seen: map[step]bool{}}).visit(conn, way{at: p.at}) {
			dialled, other = dialled || s.Chosen, other || !s.Chosen
		}
		return dialled && !other
	})
	return ok && r.(bool)
}
