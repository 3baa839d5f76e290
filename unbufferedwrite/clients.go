package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/stall"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// eachClient reports whether call is made for each element of a collection
// and writes to the connection of that element.
func (sc *scan) eachClient(call ssa.CallInstruction, s *site) (over string, ok bool) {
	if table := sc.tableOf(call.Parent()); table != nil {
		recv := valueflow.Recv(call)
		for _, a := range append(valueflow.Args(call), recv) {
			if a != nil && entryOf(a, call.Parent()) && sc.isClient(a, s, a == recv) {
				return sc.x.Describe(table), true
			}
		}
	}
	for l := sc.finder.Forest(call.Parent()).Innermost(call.Block()); l != nil; l = l.Outer {
		recv := valueflow.Recv(call)
		for _, a := range append(valueflow.Args(call), recv) {
			if a != nil && sc.elementOf(a, l) && sc.isClient(a, s, a == recv) {
				return sc.ranged(l), true
			}
		}
	}
	return "", false
}

// tableOf returns the table for each entry of which literal f runs, one after
// the other: m.Range(func(k, v any) bool { ... }); nil for other functions.
func (sc *scan) tableOf(f *ssa.Function) ssa.Value {
	if f.Parent() == nil {
		return nil
	}
	for _, reg := range sc.x.Registrations(f) {
		fn, recv := callee(reg.Call), valueflow.Recv(reg.Call)
		if _, isGo := reg.Call.(*ssa.Go); fn != nil && recv != nil && !isGo && (fn.Name() == "Range" || fn.Name() == "ForEach") {
			return recv
		}
	}
	return nil
}

// entryOf reports whether v is, or belongs to, what literal f is called with.
func entryOf(v ssa.Value, f *ssa.Function) bool {
	p, ok := ownerOf(v).(*ssa.Parameter)
	return ok && p.Parent() == f
}

// ownerOf returns what v is a part of, as far as loads, fields and type
// assertions lead; v itself where they do not.
func ownerOf(v ssa.Value) ssa.Value {
	for range 8 {
		switch u := v.(type) {
		case *ssa.UnOp:
			v = u.X
		case *ssa.FieldAddr:
			v = u.X
		case *ssa.Field:
			v = u.X
		case *ssa.TypeAssert:
			v = u.X
		case *ssa.MakeInterface:
			v = u.X
		case *ssa.ChangeInterface:
			v = u.X
		case *ssa.Extract:
			ta, ok := u.Tuple.(*ssa.TypeAssert)
			if !ok {
				return v
			}
			v = ta.X
		default:
			return v
		}
	}
	return v
}

// isClient reports whether the write s may go to what v is or has, rather than
// v being what is written.
func (sc *scan) isClient(v ssa.Value, s *site, called bool) bool {
	t := v.Type()
	if types.IsInterface(t) {
		return called || stall.IsConn(t) || isCallStream(t) || hasMethod(t, "Write") // a project's own idea of a client
	}
	if stall.IsConn(t) || hasMethod(t, "Write") || sc.ofConn(t, s) {
		return true
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if st, ok := t.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if sc.ofConn(f.Type(), s) {
				return true
			}
		}
	}
	return false
}

// elementOf reports whether v is, or belongs to, an element that a range of
// loop l yields.
func (sc *scan) elementOf(v ssa.Value, l *flowgraph.Loop) bool {
	switch u := ownerOf(v).(type) {
	case *ssa.Extract:
		_, next := u.Tuple.(*ssa.Next)
		return next && l.Contains(u.Block())
	case *ssa.IndexAddr:
		_, isConst := u.Index.(*ssa.Const)
		return !isConst && l.Contains(u.Block())
	}
	return false
}

// ranged names the collection that l ranges over.
func (sc *scan) ranged(l *flowgraph.Loop) string {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			if n, ok := i.(*ssa.Next); ok {
				if r, ok := n.Iter.(*ssa.Range); ok {
					return sc.x.Describe(r.X)
				}
			}
			if ia, ok := i.(*ssa.IndexAddr); ok {
				if name := sc.x.Describe(ia.X); name != "" {
					return name
				}
			}
		}
	}
	return ""
}
