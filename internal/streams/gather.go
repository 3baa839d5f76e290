package streams

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// GatheredAt recognises the loop that keeps all that it reads: each round
// reads a piece, and i puts it behind what came before, in a variable or
// buffer that the loop never empties. Where the loop compares how much there
// is with anything, that may be the limit.
func (f *Finder) GatheredAt(i ssa.Instruction) (s Site, ok bool) {
	switch i.(type) {
	case *ssa.Call, *ssa.MakeSlice:
	default:
		return s, false
	}
	l := f.forests.Of(i.Parent()).Innermost(i.Block())
	if l == nil {
		return s, false
	}
	s = Site{Verb: All}
	var piece ssa.Value
	switch i := i.(type) {
	case *ssa.Call:
		if b, isBuiltin := i.Call.Value.(*ssa.Builtin); isBuiltin {
			if b.Name() != "append" || len(i.Call.Args) != 2 || !isBytes(i.Type()) || !carried(i, i.Call.Args[0], l) {
				return s, false
			}
			piece = i.Call.Args[1]
		} else if piece = f.written(i, l); piece == nil {
			return s, false
		}
	case *ssa.MakeSlice:
		old := copiedFrom(i)
		if old == nil || !isBytes(i.Type()) || !carried(i, old, l) {
			return s, false
		}
		limits, knob := f.comparesSize(i)
		s.Knob = knob
		s.Reader = f.readsInto(l, func(v ssa.Value) bool { return header(v, l) != nil && header(v, l) == header(old, l) })
		return s, !limits && s.Reader != nil
	}
	buf := backing(piece)
	if buf == nil {
		return s, false
	}
	s.Reader = f.readsInto(l, func(v ssa.Value) bool { return backing(v) == buf })
	if s.Reader == nil {
		s.Reader = yields(buf, l)
	}
	if s.Reader == nil {
		return s, false
	}
	limits, knob := f.weighs(l)
	s.Knob = knob
	return s, !limits
}

// written returns what is written to a buffer in memory that is older than
// the loop and that the loop does nothing else to; nil for other calls.
func (f *Finder) written(c *ssa.Call, l *flowgraph.Loop) ssa.Value {
	to := valueflow.Recv(c)
	r, ok := apimodel.Find(valueflow.Callee(c), apimodel.Insert)
	if !ok || to == nil || r.Arg != apimodel.Recv || !apimodel.IsClass(to.Type(), apimodel.Memory) || len(valueflow.Args(c)) != 1 {
		return nil
	}
	if d, ok := to.(ssa.Instruction); ok && l.Contains(d.Block()) || to.Referrers() == nil {
		return nil
	}
	if _, own := to.(*ssa.Alloc); !own {
		return nil // somebody else may empty it
	}
	for _, u := range *to.Referrers() {
		o, ok := u.(ssa.CallInstruction)
		if !ok || o != ssa.CallInstruction(c) && l.Contains(u.Block()) {
			if _, isDebug := u.(*ssa.DebugRef); !isDebug && l.Contains(u.Block()) {
				return nil
			}
		}
	}
	return valueflow.Arg(c, 0)
}

// copiedFrom returns the slice that is copied into the new one m.
func copiedFrom(m *ssa.MakeSlice) ssa.Value {
	for _, r := range *m.Referrers() {
		c, ok := r.(*ssa.Call)
		if !ok {
			continue
		}
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "copy" && c.Call.Args[0] == ssa.Value(m) {
			return c.Call.Args[1]
		}
	}
	return nil
}

// carried reports whether the loop carries larger on in place of old, and
// nothing that is shorter.
func carried(larger, old ssa.Value, l *flowgraph.Loop) bool {
	p := header(old, l)
	if p == nil {
		return false
	}
	found := false
	for n, e := range p.Edges {
		if !l.Contains(p.Block().Preds[n]) {
			continue // what it begins with
		}
		if !extends(e, p, larger, &found, map[ssa.Value]bool{}) {
			return false
		}
	}
	return found
}

// extends reports whether v is p, or p made larger.
func extends(v, p, larger ssa.Value, found *bool, seen map[ssa.Value]bool) bool {
	if v == p || seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !extends(e, p, larger, found, seen) {
				return false
			}
		}
		return true
	case *ssa.Slice:
		return v.Low == nil && v.High != nil && !isConst(v.High) && extends(v.X, p, larger, found, seen)
	case *ssa.MakeSlice:
		*found = *found || v == larger
		return v == larger
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" {
			return false
		}
		*found = *found || v == larger
		return extends(v.Call.Args[0], p, larger, found, seen)
	}
	return false
}

// header returns the variable that the loop carries and that v is, or is a
// part from the beginning of.
func header(v ssa.Value, l *flowgraph.Loop) *ssa.Phi {
	for n := 0; n < 8; n++ {
		switch x := v.(type) {
		case *ssa.Slice:
			v = x.X
			continue
		case *ssa.Call:
			if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
				v = x.Call.Args[0]
				continue
			}
		case *ssa.Phi:
			for n := range x.Edges {
				if !l.Contains(x.Block().Preds[n]) && l.Contains(x.Block()) {
					return x
				}
			}
		}
		return nil
	}
	return nil
}

// backing returns the variable or array that v is a part of.
func backing(v ssa.Value) ssa.Value {
	for {
		if s, ok := v.(*ssa.Slice); ok {
			v = s.X
		} else if c, ok := v.(*ssa.Convert); ok {
			v = c.X // string(piece)
		} else {
			break
		}
	}
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		return u.X
	}
	return v
}

// readsInto returns the reader that a call in the loop reads from into a
// slice that is one of the buffers asked for.
func (f *Finder) readsInto(l *flowgraph.Loop, is func(ssa.Value) bool) ssa.Value {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			c, isCall := i.(*ssa.Call)
			if !isCall {
				continue
			}
			for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
				if r.Does != apimodel.Unmarshal && !(r.Does == apimodel.Receive && r.Arg >= 0) {
					continue
				}
				into := valueflow.Arg(c, r.Arg)
				if into == nil || !isBytes(into.Type()) || !is(into) {
					continue
				}
				if from := valueflow.Recv(c); from != nil {
					return from
				}
				return valueflow.Arg(c, 0)
			}
		}
	}
	return nil
}

// yields returns the reader that a call in the loop has the bytes v from:
// bufio.Reader's ReadLine and ReadSlice.
func yields(v ssa.Value, l *flowgraph.Loop) ssa.Value {
	e, ok := v.(*ssa.Extract)
	if !ok || e.Index != 0 || !isBytes(e.Type()) {
		return nil
	}
	c, ok := e.Tuple.(*ssa.Call)
	if !ok || !l.Contains(c.Block()) {
		return nil
	}
	for _, r := range apimodel.FuncRows(valueflow.Callee(c)) {
		if r.Arg < 0 && (r.Does == apimodel.ReceiveFrom || r.Does == apimodel.Receive) {
			return valueflow.Recv(c)
		}
	}
	return nil
}

// weighs reports whether the loop compares a number that grows with anything
// but a small constant: what it has so far, how often it went round. knob is
// a setting, off by default, without which it does not.
func (f *Finder) weighs(l *flowgraph.Loop) (limits bool, knob ssa.Value) {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.BinOp:
				if !ordered(i.Op) {
					continue
				}
				for _, o := range [][2]ssa.Value{{i.X, i.Y}, {i.Y, i.X}} {
					if k, ok := valueflow.Int(o[1]); ok && k <= 1 || !accumulates(o[0], l, 0) {
						continue
					}
					s, off := f.offComparison(i)
					if !off {
						return true, nil
					}
					knob = s
				}
			case *ssa.Next:
				return true, nil // over a collection
			}
		}
	}
	return false, knob
}

// offComparison returns the setting, off by default, without which the
// comparison is not made or that it asks for itself.
func (f *Finder) offComparison(cmp *ssa.BinOp) (setting ssa.Value, off bool) {
	if _, tests := valueflow.UnlimitedSide(cmp); tests && knobs.Off(f.x, cmp.X) {
		return cmp.X, true
	}
	return knobs.Behind(f.x, cmp, nil)
}

// accumulates reports whether v is how much a variable of the loop holds, or
// a number that the loop carries on.
func accumulates(v ssa.Value, l *flowgraph.Loop, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Phi:
		return l.Contains(v.Block())
	case *ssa.BinOp:
		return accumulates(v.X, l, depth+1) || accumulates(v.Y, l, depth+1)
	case *ssa.Convert:
		return accumulates(v.X, l, depth+1)
	case *ssa.UnOp:
		return v.Op == token.MUL // a counter in a field or captured
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok {
			return (b.Name() == "len" || b.Name() == "cap") && header(v.Call.Args[0], l) != nil
		}
		fn := valueflow.Callee(v)
		return fn != nil && (fn.Name() == "Len" || fn.Name() == "Size") && isNumber(v.Type())
	}
	return false
}

func isNumber(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}
