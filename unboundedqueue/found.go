package unboundedqueue

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/loops"
)

// resultLives reports whether the call hands out something that was there
// before: its body returns what it found in a place that outlives the event.
func (c *checker) resultLives(call *ssa.Call, result int, d *loops.Driver, n int, seen map[ssa.Value]bool, depth int) bool {
	for _, from := range c.foundIn(call, result, map[ssa.Value]bool{}) {
		if _, global := from.(*ssa.Global); global || c.lives(from, d, n, seen, depth+1) {
			return true
		}
	}
	return false
}

// foundIn returns what the callee of call found the result in: globals, and
// what the caller passed.
func (c *checker) foundIn(call *ssa.Call, result int, seen map[ssa.Value]bool) []ssa.Value {
	var from []ssa.Value
	for _, f := range c.x.StaticBodies(call) {
		for _, b := range f.Blocks {
			r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok || result >= len(r.Results) {
				continue
			}
			for _, v := range c.loadedFrom(r.Results[result], false, seen) {
				p, ok := v.(*ssa.Parameter)
				if !ok {
					from = append(from, v)
					continue
				}
				if a := passedFor(call, p); a != nil {
					from = append(from, a)
				}
			}
		}
	}
	return from
}

// passedFor returns what the call passes for the parameter of its callee.
func passedFor(call *ssa.Call, p *ssa.Parameter) ssa.Value {
	for i, q := range p.Parent().Params {
		if p == q && i < len(call.Call.Args) && len(call.Call.Args) == len(p.Parent().Params) {
			return call.Call.Args[i]
		}
	}
	return nil
}

// loadedFrom returns the globals and parameters that v is loaded from, on any
// way; loaded says that a load lies behind already.
func (c *checker) loadedFrom(v ssa.Value, loaded bool, seen map[ssa.Value]bool) []ssa.Value {
	for range maxSteps {
		if seen[v] {
			return nil
		}
		if x := holder(v); x != nil {
			_, lookup := v.(*ssa.Lookup)
			_, extract := v.(*ssa.Extract)
			loaded = loaded || lookup || extract
			v = x
			continue
		}
		switch y := v.(type) {
		case *ssa.UnOp:
			if y.Op != token.MUL {
				return nil
			}
			if a, local := y.X.(*ssa.Alloc); local {
				seen[v] = true
				var from []ssa.Value
				for _, s := range stored(a) { // a named result, or captured by a literal
					from = append(from, c.loadedFrom(s, loaded, seen)...)
				}
				return from
			}
			loaded = true
			v = y.X
			continue
		case *ssa.Phi:
			seen[v] = true
			var from []ssa.Value
			for _, e := range y.Edges {
				from = append(from, c.loadedFrom(e, loaded, seen)...)
			}
			return from
		case *ssa.Call:
			seen[v] = true
			return c.loadedIn(c.foundIn(y, 0, seen), seen)
		case *ssa.Extract:
			if call, ok := y.Tuple.(*ssa.Call); ok {
				seen[v] = true
				return c.loadedIn(c.foundIn(call, y.Index, seen), seen)
			}
		case *ssa.Global, *ssa.Parameter:
			if loaded {
				return []ssa.Value{v}
			}
		}
		return nil
	}
	return nil
}

// loadedIn is loadedFrom for what a callee has found already.
func (c *checker) loadedIn(vs []ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	var from []ssa.Value
	for _, v := range vs {
		from = append(from, c.loadedFrom(v, true, seen)...)
	}
	return from
}

// stored returns what is stored in the local variable a.
func stored(a *ssa.Alloc) []ssa.Value {
	var vs []ssa.Value
	for _, r := range *a.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == a {
			vs = append(vs, st.Val)
		}
	}
	return vs
}
