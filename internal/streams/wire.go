package streams

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// narrow is how many bits a length may have that is no danger by itself:
// three bytes, sixteen megabytes.
const narrow = 24

// A Length is a number that was read from a peer and is not compared with
// anything on its way.
type Length struct {
	Source Source
	// Read is where the number is read.
	Read ssa.Instruction
	// Bits is how large it may be.
	Bits  int
	Calls []ssa.CallInstruction // through whose parameters it was passed
}

// DeclaredAt returns the unchecked length that decides how much is allocated
// at instruction i; ok is false when there is none.
func (f *Finder) DeclaredAt(i ssa.Instruction) (Length, bool) {
	for _, n := range allocates(i) {
		if l, ok := f.Length(n, i); ok {
			return l, true
		}
	}
	return Length{}, false
}

// Allocates reports whether i makes room for an amount that is not constant.
func Allocates(i ssa.Instruction) bool {
	for _, n := range allocates(i) {
		if _, ok := n.(*ssa.Const); !ok {
			return true
		}
	}
	return false
}

// allocates returns the numbers that decide how much i allocates.
func allocates(i ssa.Instruction) (ns []ssa.Value) {
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
	}
	return ns
}

// Length returns the peer's number that v is at instruction at.
func (f *Finder) Length(v ssa.Value, at ssa.Instruction) (Length, bool) {
	w := &wireWalk{f: f, seen: map[wireStep]bool{}}
	l := w.number(v, wireWay{at: at})
	if l == nil || l.Bits <= narrow {
		return Length{}, false
	}
	return *l, true
}

type wireWay struct {
	at            ssa.Instruction
	calls, inside []ssa.CallInstruction
}

type wireStep struct {
	v     ssa.Value
	call  ssa.CallInstruction
	depth int
}

type wireWalk struct {
	f    *Finder
	open bool // parameters count as peers: whoever calls may pass one
	seen map[wireStep]bool
	n    int
}

// number returns the unchecked number of a peer that v is made of, nil where
// it is not.
func (w *wireWalk) number(v ssa.Value, p wireWay) *Length {
	k := wireStep{v: v, depth: len(p.calls)*8 + len(p.inside)}
	if len(p.inside) > 0 {
		k.call = p.inside[len(p.inside)-1]
	}
	if w.n++; v == nil || w.seen[k] || w.n > 400 {
		return nil
	}
	w.seen[k] = true
	if bits(v.Type()) <= 16 {
		// One byte of a number made of bytes: see BinOp.
		return w.cut(w.uncheckedNumber(v, p), bits(v.Type()))
	}
	if w.f.Checked(v, p.at) != nil {
		return nil
	}
	return w.cut(w.uncheckedNumber(v, p), bits(v.Type()))
}

func (w *wireWalk) cut(l *Length, n int) *Length {
	if l != nil && l.Bits > n {
		c := *l
		c.Bits = n
		return &c
	}
	return l
}

// bits returns how many bits a number of type t has, 64 for what is none.
func bits(t types.Type) int {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return 64
	}
	switch b.Kind() {
	case types.Int8, types.Uint8:
		return 8
	case types.Int16, types.Uint16:
		return 16
	case types.Int32, types.Uint32:
		return 32
	}
	return 64
}

func (w *wireWalk) uncheckedNumber(v ssa.Value, p wireWay) *Length {
	switch v := v.(type) {
	case *ssa.Convert:
		return w.number(v.X, p)
	case *ssa.ChangeType:
		return w.number(v.X, p)
	case *ssa.Phi:
		var best *Length
		for i, e := range v.Edges {
			q := p
			if pred := v.Block().Preds[i]; len(pred.Instrs) > 0 {
				q.at = pred.Instrs[len(pred.Instrs)-1]
			}
			best = wider(best, w.number(e, q))
		}
		return best
	case *ssa.BinOp:
		return w.arithmetic(v, p)
	case *ssa.Call:
		return w.result(v, 0, p)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return w.result(c, v.Index, p)
		}
	case *ssa.Parameter:
		return w.passed(v, p)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return w.loaded(v, p)
		}
		return w.number(v.X, p)
	}
	return nil
}

func wider(a, b *Length) *Length {
	if a == nil || b != nil && b.Bits > a.Bits {
		return b
	}
	return a
}

// arithmetic follows a number computed of others.
func (w *wireWalk) arithmetic(v *ssa.BinOp, p wireWay) *Length {
	l, r := (*Length)(nil), (*Length)(nil)
	k, isConst := intConst(v.Y)
	switch v.Op {
	case token.REM:
		return nil // no larger than what it is divided by
	case token.AND:
		if isConst {
			return w.cut(w.number(v.X, p), bitLen(k))
		}
	case token.SHR, token.QUO:
		l = w.number(v.X, p)
		if l != nil && isConst && v.Op == token.SHR {
			return w.cut(l, max(0, l.Bits-int(k)))
		}
		return l
	case token.SHL:
		l = w.number(v.X, p)
		if l != nil && isConst {
			return w.raise(l, l.Bits+int(k))
		}
		return w.raise(l, 64)
	case token.ADD, token.SUB, token.MUL, token.OR, token.XOR:
	default:
		return nil
	}
	l, r = w.number(v.X, p), w.number(v.Y, p)
	best := wider(l, r)
	if best == nil {
		return nil
	}
	switch v.Op {
	case token.MUL:
		n := best.Bits
		if isConst {
			n += bitLen(k)
		} else if l != nil && r != nil {
			n = l.Bits + r.Bits
		}
		return w.raise(best, n)
	}
	return best // one bit more makes no difference
}

func (w *wireWalk) raise(l *Length, n int) *Length {
	if l == nil {
		return nil
	}
	c := *l
	c.Bits = min(n, 64)
	return &c
}

func bitLen(k int64) int {
	n := 0
	for ; k > 0; k >>= 1 {
		n++
	}
	return n
}

func intConst(v ssa.Value) (int64, bool) {
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Int {
		return 0, false
	}
	n, exact := constant.Int64Val(k.Value)
	return n, exact
}

// result follows result n of a call.
func (w *wireWalk) result(c *ssa.Call, n int, p wireWay) *Length {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "min":
			return w.least(c.Call.Args, p)
		case "max":
			var best *Length
			for _, a := range c.Call.Args {
				best = wider(best, w.number(a, p))
			}
			return best
		}
		return nil // the length of what is in memory already
	}
	fn := valueflow.Callee(c)
	if n == 0 {
		if l, ok := w.modelled(c, fn); ok {
			return l
		}
	}
	if fs := w.f.x.StaticBodies(c); len(fs) > 0 && len(p.inside) < 5 {
		var best *Length
		vs, at := valueflow.Returned(fs[0], n)
		for i, v := range vs {
			q := p
			q.at, q.inside = at[i], append(p.inside[:len(p.inside):len(p.inside)], ssa.CallInstruction(c))
			best = wider(best, w.number(v, q))
		}
		return best
	}
	if fact, ok := w.f.facts(fn); ok && fact.Wire >= 0 {
		return w.leaf(valueflow.Arg(c, fact.Wire), c, bits(c.Call.Signature().Results().At(n).Type()))
	}
	return nil
}

// least is the number that min returns: unchecked only if all are.
func (w *wireWalk) least(args []ssa.Value, p wireWay) (least *Length) {
	for _, a := range args {
		l := w.number(a, p)
		if l == nil {
			return nil
		}
		if least == nil || l.Bits < least.Bits {
			least = l
		}
	}
	return least
}

// modelled classifies a call that the tables know.
func (w *wireWalk) modelled(c *ssa.Call, fn *types.Func) (*Length, bool) {
	rows := apimodel.FuncRows(fn)
	for _, r := range rows {
		if r.Does != apimodel.WireInt || r.Arg != apimodel.Recv {
			continue
		}
		for _, from := range rows {
			if from.Does == apimodel.ReceiveFrom || from.Does == apimodel.Derive {
				return w.leaf(valueflow.Arg(c, from.Arg), c, bits(c.Call.Signature().Results().At(0).Type())), true
			}
		}
	}
	return nil, len(rows) > 0
}

// passed follows a parameter to the call that the way came in by, or to all.
func (w *wireWalk) passed(v *ssa.Parameter, p wireWay) *Length {
	if n := len(p.inside); n > 0 && valueflow.StaticCallee(p.inside[n-1]) == v.Parent() {
		c := p.inside[n-1]
		p.inside, p.at = p.inside[:n-1], c
		return w.number(passedBy(c, v), p)
	}
	if len(p.calls) == maxCalls {
		return nil
	}
	var best *Length
	for _, a := range w.f.x.Passed(v) {
		q := p
		q.at = a.Call
		q.calls = append(p.calls[:len(p.calls):len(p.calls)], a.Call)
		if l := w.number(a.Value, q); l != nil {
			if l.Calls == nil {
				l = &Length{l.Source, l.Read, l.Bits, q.calls}
			}
			best = wider(best, l)
		}
	}
	return best
}

// loaded follows a number to what is stored in its place, and to what fills
// it through a pointer.
func (w *wireWalk) loaded(v *ssa.UnOp, p wireWay) *Length {
	var best *Length
	switch a := v.X.(type) {
	case *ssa.Alloc:
		for _, r := range *a.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == a {
				q := p
				q.at = st
				best = wider(best, w.number(st.Val, q))
			}
		}
		return wider(best, w.filled(a, bits(v.Type()), p))
	case *ssa.FieldAddr:
		fv := valueflow.FieldOf(a.X.Type(), a.Field)
		for _, s := range w.f.x.FieldStores(fv) {
			st := storeOf(s)
			if st == nil || !w.f.near(v.Parent(), st.Parent()) {
				continue
			}
			q := p
			q.at = st
			best = wider(best, w.number(s, q))
		}
		for _, fl := range w.f.fieldArgs()[fv] {
			if !w.f.near(v.Parent(), fl.call.Parent()) {
				continue
			}
			best = wider(best, w.filling(fl, bits(v.Type()), p))
		}
		return wider(best, w.filled(root(a), bits(v.Type()), p))
	case *ssa.IndexAddr:
		if bits(v.Type()) == 8 {
			return w.leaf(a.X, v, 8)
		}
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Global:
		for _, s := range w.f.x.Step(v, valueflow.Options{}) {
			best = wider(best, w.number(s, p))
		}
	}
	return best
}

// near reports whether what g puts into a field is what fn has from it: g is
// fn, or fn calls it. A field that was set long ago has been looked at since.
func (f *Finder) near(fn, g *ssa.Function) bool {
	if fn == g {
		return true
	}
	for _, c := range f.x.StaticCallers(g) {
		if c.Parent() == fn {
			return true
		}
	}
	return false
}

func storeOf(v ssa.Value) *ssa.Store {
	if v.Referrers() == nil {
		return nil
	}
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Val == v {
			return st
		}
	}
	return nil
}

// root returns the struct that a field of a field belongs to.
func root(a *ssa.FieldAddr) ssa.Value {
	for {
		in, ok := a.X.(*ssa.FieldAddr)
		if !ok {
			return a.X
		}
		a = in
	}
}

// A filling is a call that is given a pointer to a number.
type filling struct {
	call ssa.CallInstruction
	arg  int // index among the arguments, the receiver counted
}

func (f *Finder) collectFieldArgs() map[*types.Var][]filling {
	m := map[*types.Var][]filling{}
	f.each(func(i ssa.Instruction) {
		fa, ok := i.(*ssa.FieldAddr)
		if !ok {
			return
		}
		if fls := fillings(fa); len(fls) > 0 {
			fv := valueflow.FieldOf(fa.X.Type(), fa.Field)
			m[fv] = append(m[fv], fls...)
		}
	})
	return m
}

// fillings returns the calls that are given the address.
func fillings(addr ssa.Value) (fls []filling) {
	if addr.Referrers() == nil {
		return nil
	}
	add := func(v ssa.Value, r ssa.Instruction) {
		c, ok := r.(ssa.CallInstruction)
		if !ok {
			return
		}
		for n, a := range c.Common().Args {
			if a == v {
				fls = append(fls, filling{c, n})
			}
		}
	}
	for _, r := range *addr.Referrers() {
		add(addr, r)
		if mi, ok := r.(*ssa.MakeInterface); ok {
			for _, u := range *mi.Referrers() {
				add(mi, u)
			}
		}
	}
	return fls
}

// filled follows the calls that are given the address of a number, or of the
// struct that has it.
func (w *wireWalk) filled(addr ssa.Value, n int, p wireWay) (best *Length) {
	for _, fl := range fillings(addr) {
		best = wider(best, w.filling(fl, n, p))
	}
	return best
}

func (w *wireWalk) filling(fl filling, n int, p wireWay) *Length {
	fn := valueflow.Callee(fl.call)
	for _, r := range apimodel.FuncRows(fn) {
		if r.Does != apimodel.WireInt || r.Arg < 0 || valueflow.Arg(fl.call, r.Arg) != fl.call.Common().Args[fl.arg] {
			continue
		}
		from := valueflow.Recv(fl.call)
		if from == nil {
			from = valueflow.Arg(fl.call, 0)
		}
		return w.leaf(from, fl.call, n)
	}
	if _, ok := fl.call.Common().Args[fl.arg].Type().Underlying().(*types.Pointer); !ok || len(p.inside) >= 5 {
		return nil
	}
	if fact, ok := w.f.facts(fn); ok && fact.Wire >= 0 && !w.f.x.HasBody(fl.call) {
		return w.leaf(valueflow.Arg(fl.call, fact.Wire), fl.call, n)
	}
	var best *Length
	for _, g := range w.f.x.StaticBodies(fl.call) {
		if fl.arg >= len(g.Params) || !number(g.Params[fl.arg].Type()) {
			continue
		}
		param := g.Params[fl.arg]
		for _, r := range *param.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == param {
				q := p
				q.at, q.inside = st, append(p.inside[:len(p.inside):len(p.inside)], fl.call)
				best = wider(best, w.number(st.Val, q))
			}
		}
		q := p
		q.inside = append(p.inside[:len(p.inside):len(p.inside)], fl.call)
		best = wider(best, w.filled(param, n, q))
	}
	return best
}

// number reports whether t points to an integer.
func number(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	b, ok := p.Elem().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// leaf returns the number that is read from v at i if a peer sends it.
func (w *wireWalk) leaf(v ssa.Value, i ssa.Instruction, n int) *Length {
	if v == nil {
		return nil
	}
	for _, s := range w.f.origin(v, i) {
		if s.Kind >= Answer || s.Kind == Body || s.Kind == Upload || (w.f.networked || w.open) && (s.Kind == Param || s.Kind == Bytes) {
			return &Length{Source: s, Read: i, Bits: n}
		}
	}
	return nil
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
