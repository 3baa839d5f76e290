package unboundedqueue

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// pumps reports the goroutine that makes a channel infinite: a loop in f that
// receives into a local slice and sends from its head, and receives whatever
// the length. Pumps whose slice is a field are queues.
func (c *checker) pumps(f *ssa.Function) {
	for _, l := range flowgraph.Loops(f).All() {
		c.pumpIn(l)
	}
}

// pumpIn reports the first insertion of the pump that l is, if it is one.
func (c *checker) pumpIn(l *flowgraph.Loop) {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok || c.rep.Skips(call.Pos()) {
				continue
			}
			if in, ok := c.pumpsInto(l, call); ok {
				c.addPump(call, in)
				return
			}
		}
	}
}

func (c *checker) addPump(call *ssa.Call, in ssa.Value) {
	name := c.x.Describe(in)
	if name == "" {
		name = "its input"
	}
	d := loops.Driver{Kind: loops.Elements, From: name, Chain: []loops.Frame{{Fn: call.Parent(), Site: call}}}
	c.add(verdict{
		kind: pump, instr: call, driver: &d,
		message: fmt.Sprintf("pump takes all that %s has and keeps what is not yet received: its senders never wait, nothing bounds it", name),
	})
}

// pumpsInto reports whether call appends to a slice kept across the rounds of
// l what was received in the round, and l sends an element of that slice.
// It returns the channel received from.
func (c *checker) pumpsInto(l *flowgraph.Loop, call *ssa.Call) (in ssa.Value, ok bool) {
	b, isBuiltin := call.Call.Value.(*ssa.Builtin)
	if !isBuiltin || b.Name() != "append" || len(call.Call.Args) < 2 {
		return nil, false
	}
	kept := c.kept(l, call.Call.Args[0])
	if kept == nil {
		return nil, false
	}
	in = receivedIn(l, element(call.Call.Args[1]))
	if in == nil || turnedOff(in) {
		return nil, false
	}
	if !c.sendsFrom(l, kept) || measured(kept) || onlyFirst(kept, call) {
		return nil, false
	}
	return in, true
}

// A slice kept across rounds is a set of values: the variable's phis, or
// loads of its cell.
type keptSlice map[ssa.Value]bool

// kept returns the values of the variable that v is, nil where it is no
// variable kept across the rounds of l.
func (c *checker) kept(l *flowgraph.Loop, v ssa.Value) keptSlice {
	k := keptSlice{}
	header := false
	var walk func(v ssa.Value, depth int)
	walk = func(v ssa.Value, depth int) {
		if depth > 12 || k[v] {
			return
		}
		switch v := v.(type) {
		case *ssa.Phi:
			k[v] = true
			header = header || v.Block() == l.Header
			for _, e := range v.Edges {
				walk(e, depth+1)
			}
		case *ssa.Slice:
			k[v] = true
			walk(v.X, depth+1)
		case *ssa.Call:
			if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
				k[v] = true
				walk(v.Call.Args[0], depth+1)
			}
		case *ssa.UnOp:
			a, ok := v.X.(*ssa.Alloc)
			if !ok || v.Op != token.MUL || l.Contains(a.Block()) {
				return
			}
			header = true
			for _, r := range *a.Referrers() {
				if ld, ok := r.(*ssa.UnOp); ok {
					k[ld] = true
				}
			}
		}
	}
	walk(v, 0)
	if !header {
		return nil
	}
	return k
}

// element returns the one element that an append adds.
func element(v ssa.Value) ssa.Value {
	s, ok := v.(*ssa.Slice)
	if !ok {
		return v
	}
	a, ok := s.X.(*ssa.Alloc)
	if !ok {
		return v
	}
	for _, r := range *a.Referrers() {
		if ia, ok := r.(*ssa.IndexAddr); ok {
			for _, u := range *ia.Referrers() {
				if st, ok := u.(*ssa.Store); ok {
					return st.Val
				}
			}
		}
	}
	return v
}

// receivedIn returns the channel that v was received from in l, nil for none.
func receivedIn(l *flowgraph.Loop, v ssa.Value) ssa.Value {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if u, ok := valueflow.IsRecv(v); ok && l.Contains(u.Block()) {
			return u.X
		}
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL { // a variable that is captured
			for _, r := range *a.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == a {
					if ch := receivedIn(l, st.Val); ch != nil {
						return ch
					}
				}
			}
		}
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.UnOp:
			return receivedIn(l, t)
		case *ssa.Select:
			n := 2
			for _, st := range t.States {
				if st.Send != nil {
					continue
				}
				if n == v.Index && l.Contains(t.Block()) {
					return st.Chan
				}
				n++
			}
		}
	}
	return nil
}

// turnedOff reports whether the channel is nil at times: the input is off
// while the slice is full.
func turnedOff(ch ssa.Value) bool {
	p, ok := ch.(*ssa.Phi)
	if !ok {
		return false
	}
	for _, e := range p.Edges {
		if k, ok := e.(*ssa.Const); ok && k.Value == nil {
			return true
		}
	}
	return true // decided in the loop: may be off
}

// sendsFrom reports whether l sends an element of the slice.
func (c *checker) sendsFrom(l *flowgraph.Loop, k keptSlice) bool {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Send:
				if elementOf(i.X, k, 0) {
					return true
				}
			case *ssa.Select:
				for _, st := range i.States {
					if st.Send != nil && elementOf(st.Send, k, 0) {
						return true
					}
				}
			}
		}
	}
	return false
}

func elementOf(v ssa.Value, k keptSlice, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if ia, ok := v.X.(*ssa.IndexAddr); ok {
			return k[ia.X]
		}
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			for _, r := range *a.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == a && elementOf(st.Val, k, depth+1) {
					return true
				}
			}
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			if elementOf(e, k, depth+1) {
				return true
			}
		}
	case *ssa.MakeInterface:
		return elementOf(v.X, k, depth+1)
	case *ssa.TypeAssert:
		return elementOf(v.X, k, depth+1)
	}
	return false
}

// measured reports whether the length of the slice is compared with anything
// but nought.
func measured(k keptSlice) bool {
	for v := range k {
		if v.Referrers() == nil {
			continue
		}
		for _, r := range *v.Referrers() {
			call, ok := r.(*ssa.Call)
			if !ok {
				continue
			}
			if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" && b.Name() != "cap" {
				continue
			}
			for _, u := range *call.Referrers() {
				cmp, ok := u.(*ssa.BinOp)
				if !ok {
					if _, stored := u.(*ssa.DebugRef); !stored {
						if _, conv := u.(*ssa.Convert); !conv {
							continue
						}
					}
					continue
				}
				switch cmp.Op {
				case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
					if n, ok := valueflow.Int(cmp.Y); ok && n <= 1 {
						continue
					}
					return true
				}
			}
		}
	}
	return false
}

// onlyFirst reports whether the insertion is only reached when the slice is
// empty.
func onlyFirst(k keptSlice, call *ssa.Call) bool {
	for b := call.Block().Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok {
			continue
		}
		n, ok := valueflow.Int(cmp.Y)
		l, isCall := cmp.X.(*ssa.Call)
		if !ok || n != 0 || !isCall || len(l.Call.Args) != 1 || !k[l.Call.Args[0]] {
			continue
		}
		if cmp.Op == token.EQL && flowgraph.EdgeDominates(b, 0, call.Block()) || (cmp.Op == token.NEQ || cmp.Op == token.GTR) && flowgraph.EdgeDominates(b, 1, call.Block()) {
			return true
		}
	}
	return false
}
