package streams

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
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
	// Knob is a setting, off by default, without which it is not compared with
	// anything, nil for none.
	Knob ssa.Value
	// Text: it is written as digits, or a field that the library parsed.
	Text bool
	// Bits is how large it may be.
	Bits  int
	Calls []ssa.CallInstruction // through whose parameters it was passed
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

// Declared is Length for a number that may be compared with something on its
// way, and of any width.
func (f *Finder) Declared(v ssa.Value, at ssa.Instruction) (Length, bool) {
	w := &wireWalk{f: f, checked: true, seen: map[wireStep]bool{}}
	l := w.number(v, wireWay{at: at})
	if l == nil {
		return Length{}, false
	}
	return *l, true
}

type wireWay struct {
	at            ssa.Instruction
	calls, inside []ssa.CallInstruction
	off           []*ssa.Parameter // limits that callers must have left off
}

// through returns the way on to a caller; ok is false when that passes a
// limit.
func (w *wireWalk) through(p wireWay, c ssa.CallInstruction) (q wireWay, ok bool) {
	q = p
	q.at = c
	q.calls = append(p.calls[:len(p.calls):len(p.calls)], c)
	q.off = nil
	for _, max := range p.off {
		v := ssa.Value(nil)
		if valueflow.StaticCallee(c) == max.Parent() {
			v = passedBy(c, max)
		}
		if v == nil || !knobs.Off(w.f.x, v) {
			return q, false
		}
		if up, isParam := v.(*ssa.Parameter); isParam {
			q.off = append(q.off, up)
		}
	}
	return q, true
}

type wireStep struct {
	v     ssa.Value
	call  ssa.CallInstruction
	depth int
}

type wireWalk struct {
	f    *Finder
	open bool // parameters count as peers: whoever calls may pass one
	// checked: comparisons are no obstacle.
	checked bool
	seen    map[wireStep]bool
	n       int
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
	check, knob := w.f.Checked(v, p.at)
	if w.checked {
		check, knob = nil, nil
	}
	if check != nil {
		return nil
	}
	if max, ok := knob.(*ssa.Parameter); ok {
		if n := len(p.inside); n > 0 && valueflow.StaticCallee(p.inside[n-1]) == max.Parent() {
			if !knobs.Off(w.f.x, passedBy(p.inside[n-1], max)) {
				return nil
			}
		} else {
			p.off = append(p.off[:len(p.off):len(p.off)], max)
		}
	}
	return needs(knob, w.cut(w.uncheckedNumber(v, p), bits(v.Type())))
}

// needs notes that l is compared only when the knob is on.
func needs(knob ssa.Value, l *Length) *Length {
	if l == nil || knob == nil {
		return l
	}
	c := *l
	c.Knob = knob
	return &c
}

func (w *wireWalk) cut(l *Length, n int) *Length {
	if l != nil && l.Bits > n {
		c := *l
		c.Bits = n
		return &c
	}
	return l
}

// resultBits returns how many bits the number has that the call returns, of
// the type or as the call asks for: strconv.ParseUint(s, 10, 16).
func resultBits(c *ssa.Call) int {
	sig := c.Call.Signature()
	n := bits(sig.Results().At(0).Type())
	for i := range sig.Params().Len() {
		if sig.Params().At(i).Name() != "bitSize" {
			continue
		}
		if k, ok := valueflow.Int(valueflow.Arg(c, i)); ok && k > 0 {
			n = min(n, int(k))
		}
	}
	return n
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
				return w.leaf(valueflow.Arg(c, from.Arg), c, resultBits(c)), true
			}
		}
	}
	for _, r := range rows {
		if r.Does == apimodel.Derive && parses(c) {
			return w.leaf(valueflow.Arg(c, r.Arg), c, resultBits(c)), true
		}
	}
	return nil, len(rows) > 0
}

// parses reports whether the call makes a number of a text, or fails.
func parses(c *ssa.Call) bool {
	res, ps := c.Call.Signature().Results(), c.Call.Signature().Params()
	if res.Len() != 2 || ps.Len() == 0 || !isNumber(res.At(0).Type()) {
		return false
	}
	b, ok := ps.At(0).Type().Underlying().(*types.Basic)
	return ok && b.Kind() == types.String && types.IsInterface(res.At(1).Type())
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
		q, ok := w.through(p, a.Call)
		if !ok {
			continue
		}
		if l := w.number(a.Value, q); l != nil {
			if l.Calls == nil {
				c := *l
				c.Calls = q.calls
				l = &c
			}
			best = wider(best, l)
		}
	}
	return best
}
