package streams

import (
	"go/constant"
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
			if r.Capped && s.Limit == nil {
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
	return v != nil && (isReader(v.Type()) || isBytes(v.Type()) || isRequest(v.Type()) || hasReader(v.Type()))
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

// behind returns what the limiting call reads from.
func behind(c *ssa.Call, rows []apimodel.Row) ssa.Value {
	for _, r := range rows {
		if r.Does == apimodel.Wrap {
			return valueflow.Arg(c, r.Arg)
		}
	}
	return nil
}

// limited ends a way at a limit, unless what comes out of it is inflated, or
// the limit is one that the peer chooses.
func (w *walk) limited(v, max, behind ssa.Value, p way) []Source {
	if p.inflate != nil {
		if p.under == nil {
			p.under = v
		}
		return w.visit(behind, p)
	}
	if max != nil && w.f.none(max) {
		return w.visit(behind, p)
	}
	return limitedTo(v, w.visit(behind, p), p)
}

// limitedTo puts the limit on sources, or on an unknown one.
func limitedTo(limit ssa.Value, ss []Source, p way) []Source {
	if len(ss) == 0 {
		ss = []Source{p.source(Unknown, limit)}
	}
	out := make([]Source, len(ss))
	for i, s := range ss {
		out[i] = s
		out[i].Limit = limit
		out[i].Calls = p.calls
	}
	return out
}

// none reports whether a limit is one in name only.
func (f *Finder) none(max ssa.Value) bool {
	k, ok := max.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return false // a text: "2M"
	}
	n, exact := constant.Int64Val(k.Value)
	return !exact || n >= 1<<40 || n < 0
}

// limitedField returns what was stored into the field of the literal v.
func limitedField(v ssa.Value, name string) ssa.Value {
	return limitedFieldIn(v, name, map[ssa.Value]bool{})
}

func limitedFieldIn(v ssa.Value, name string, seen map[ssa.Value]bool) ssa.Value {
	if v.Referrers() == nil || seen[v] {
		return nil // two that were swapped hold each other
	}
	seen[v] = true
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == v {
			if u, ok := st.Val.(*ssa.UnOp); ok && u.X != v {
				return limitedFieldIn(u.X, name, seen) // a literal, copied into its variable
			}
		}
		fa, ok := r.(*ssa.FieldAddr)
		if !ok || valueflow.FieldOf(fa.X.Type(), fa.Field).Name() != name {
			continue
		}
		for _, u := range *fa.Referrers() {
			if st, ok := u.(*ssa.Store); ok && st.Addr == fa {
				return st.Val
			}
		}
	}
	return nil
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

// inflateShape returns the parameter that fn inflates by its form: it makes a
// reader of a reader, and its type or package is named after compression.
// -1 for none.
func inflateShape(fn *types.Func) int {
	if fn == nil || fn.Pkg() == nil || len(apimodel.FuncRows(fn)) > 0 {
		return -1
	}
	sig := fn.Signature()
	if sig.Results().Len() == 0 || !isReader(sig.Results().At(0).Type()) || !decompresses(fn) {
		return -1
	}
	for i := range sig.Params().Len() {
		if types.IsInterface(sig.Params().At(i).Type()) && isReader(sig.Params().At(i).Type()) {
			return i
		}
	}
	return -1
}

// decompresses reports whether fn, its type or its package is named after
// compression, and it reads.
func decompresses(fn *types.Func) bool {
	name := strings.ToLower(fn.Name())
	if strings.Contains(name, "writer") {
		return false
	}
	for _, p := range []string{"decompress", "inflate", "gunzip", "uncompress", "ungzip"} {
		if strings.Contains(name, p) {
			return true
		}
	}
	if !strings.HasPrefix(name, "newreader") {
		return false
	}
	owner := fn.Pkg().Name()
	if r := fn.Signature().Recv(); r != nil {
		t := r.Type()
		if ptr, ok := t.(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			owner += n.Obj().Name()
		}
	}
	owner = strings.ToLower(owner)
	for _, p := range []string{"compress", "gzip", "zlib", "flate", "lz4", "snappy", "zstd", "brotli", "xz"} {
		if strings.Contains(owner, p) {
			return true
		}
	}
	return false
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

// ownReader classifies a value of a type of this package with a Read method
// of its own: by the limit it keeps, else by the reader it holds.
func (w *walk) ownReader(v ssa.Value, p way) ([]Source, bool) {
	t := v.Type()
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != w.f.x.Pkg.Pkg {
		return nil, false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "Read")
	read, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	body := w.f.x.Pkg.Prog.FuncValue(read.Origin())
	var ss []Source
	for f := range st.Fields() {
		if isReader(f.Type()) {
			ss = append(ss, w.all(w.f.x.FieldStores(f.Origin()), p)...)
		}
	}
	if read.Pkg() == n.Obj().Pkg() && body != nil && p.inflate == nil && w.f.counts(body) {
		return limitedTo(v, ss, p), true
	}
	return ss, len(ss) > 0
}

// counts reports whether a Read method compares a number of its receiver:
// what is left, what was read.
func (f *Finder) counts(read *ssa.Function) bool {
	for _, b := range read.Blocks {
		for _, i := range b.Instrs {
			cmp, ok := i.(*ssa.BinOp)
			if !ok || !ordered(cmp.Op) {
				continue
			}
			for _, v := range []ssa.Value{cmp.X, cmp.Y} {
				if fieldNumber(v) {
					return true
				}
			}
		}
	}
	return false
}
