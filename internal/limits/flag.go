package limits

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// nilTest classifies a comparison with nil.
func (c *Checker) nilTest(w *way, reg *region, v ssa.Value) Limit {
	if types.Identical(v.Type(), types.Universe.Lookup("error").Type()) {
		switch v := v.(type) {
		case *ssa.Call:
			return c.guardError(w, v)
		case *ssa.Extract:
			if call, ok := v.Tuple.(*ssa.Call); ok {
				return c.guardError(w, call)
			}
		}
		return Limit{} // an error variable is no flag
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL && c.flag(w, reg, v) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(v)}
		}
	case *ssa.Lookup:
		return c.key(w, reg, v)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok {
			return c.key(w, reg, l)
		}
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.guardError(w, call)
		}
	case *ssa.Call:
		return c.guardError(w, v)
	}
	return Limit{}
}

// guardError classifies "if err := s.admit(); err != nil": the callee is
// looked into for a count or a try.
func (c *Checker) guardError(w *way, call *ssa.Call) Limit {
	fs, _ := c.x.Callees(call)
	for _, f := range fs {
		if k := c.admits(w, f); k == Counter || k == Slot {
			return Limit{Kind: k, Name: f.Name()}
		}
	}
	return Limit{}
}

// flag reports whether the loaded flag or pointer is set by what the test
// guards, so that the next event finds it set.
func (c *Checker) flag(w *way, reg *region, load *ssa.UnOp) bool {
	if reg == nil {
		return false
	}
	if a, ok := load.X.(*ssa.Alloc); ok && a.Parent() == reg.fn && reg.loop == nil {
		return false // a variable of this call: nobody else sees it
	}
	on := c.x.PlaceOf(load.X)
	inside := map[*ssa.Function]bool{reg.fn: true}
	for _, fr := range w.d.Chain {
		inside[fr.Fn] = true
	}
	for _, f := range w.s.Bodies {
		c.reached(f, inside, 1)
	}
	// The flag may be set by a function that this one calls.
	for _, b := range reg.fn.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(*ssa.Call); ok {
				if g := valueflow.StaticCallee(call); g != nil && g.Blocks != nil && g.Pkg == c.x.Pkg {
					inside[g] = true
				}
			}
		}
	}
	for f := range inside {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				st, ok := i.(*ssa.Store)
				if !ok || !c.x.PlaceOf(st.Addr).Meets(on) {
					continue
				}
				if k, isConst := st.Val.(*ssa.Const); isConst && zero(k) {
					continue // clears it
				}
				if !c.ofEventCell(w, st.Addr) {
					return true
				}
			}
		}
	}
	return false
}

// ofEventCell reports whether addr is a local variable that is made per
// event: a flag in it is seen by nobody else.
func (c *Checker) ofEventCell(w *way, addr ssa.Value) bool {
	a, ok := addr.(*ssa.Alloc)
	return ok && w.perEvent(a)
}

func zero(k *ssa.Const) bool {
	if k.Value == nil {
		return true
	}
	return k.Value.ExactString() == "false" || k.Value.ExactString() == "0"
}

// key classifies a map lookup that guards the site: one goroutine per key.
// Keys that are addresses of datagrams are as many as a peer likes.
func (c *Checker) key(w *way, reg *region, l *ssa.Lookup) Limit {
	if _, ok := l.X.Type().Underlying().(*types.Map); !ok {
		return Limit{}
	}
	if w.d.Kind != 0 && w.d.Who == peer.Peer && c.keyedByAddress(l.Index, 0) {
		return Limit{}
	}
	if c.needsEntry(reg, l) {
		return Limit{Kind: SingleFlight, Name: c.x.Describe(l.X)}
	}
	on := c.x.Origins(l.X)
	for _, s := range c.x.Senders(on) {
		if _, ok := s.(*ssa.MapUpdate); ok && w.doneFor(s) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(l.X)}
		}
	}
	return Limit{}
}

// needsEntry reports whether the site is only reached when the map has an
// entry that is a thing of its own: there are no more such events than
// entries. A table of handlers is different.
func (c *Checker) needsEntry(reg *region, l *ssa.Lookup) bool {
	if !l.CommaOk || reg == nil {
		return false
	}
	m := l.X.Type().Underlying().(*types.Map)
	switch m.Elem().Underlying().(type) {
	case *types.Pointer, *types.Struct:
	default:
		return false
	}
	for _, r := range *l.Referrers() {
		ok, isExtract := r.(*ssa.Extract)
		if !isExtract || ok.Index != 1 {
			continue
		}
		for _, u := range *ok.Referrers() {
			if br, isIf := u.(*ssa.If); isIf && reg.reach[br.Block()] {
				return reg.leads(br.Block(), br.Block().Succs[0]) && !reg.leads(br.Block(), br.Block().Succs[1])
			}
		}
	}
	return false
}

// keyedByAddress reports whether v is computed from the network address of
// a peer.
func (c *Checker) keyedByAddress(v ssa.Value, depth int) bool {
	if v == nil || depth > 6 {
		return false
	}
	if peer.IsAddress(v.Type()) {
		return true
	}
	i, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range i.Operands(nil) {
		if *op != nil && c.keyedByAddress(*op, depth+1) {
			return true
		}
	}
	return false
}

// cas reports whether v is the result of a compare-and-swap or swap.
func (c *Checker) cas(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := valueflow.Callee(call)
	return fn != nil && isFlip(fn)
}

func isFlip(fn *types.Func) bool {
	_, ok := apimodel.Find(fn, apimodel.Flips)
	return ok
}
