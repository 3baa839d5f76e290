package streams

import (
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A bodyStore puts another body into a request.
type bodyStore struct {
	store *ssa.Store
	base  ssa.Value // the request
}

// A limitSetter sets the limit on messages of a connection.
type limitSetter struct {
	call  ssa.CallInstruction
	lifts bool // to none
}

// collect prepares the indexes that are made when first asked for.
func (f *Finder) collect() {
	f.bodies = sync.OnceValue(func() (bs []bodyStore) {
		f.each(func(i ssa.Instruction) {
			st, ok := i.(*ssa.Store)
			if !ok {
				return
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || !IsRequest(fa.X.Type()) {
				return
			}
			if fv := valueflow.FieldOf(fa.X.Type(), fa.Field); fv != nil && fv.Name() == "Body" {
				bs = append(bs, bodyStore{st, fa.X})
			}
		})
		return bs
	})
	f.fieldArgs = sync.OnceValue(f.collectFieldArgs)
	f.setters = sync.OnceValue(func() (cs []limitSetter) {
		f.each(func(i ssa.Instruction) {
			c, ok := i.(ssa.CallInstruction)
			if !ok {
				return
			}
			r, ok := apimodel.Find(valueflow.Callee(c), apimodel.LimitRead)
			if !ok || valueflow.Recv(c) == nil || c.Common().Signature().Results().Len() > 0 {
				return
			}
			if _, off := knobs.Behind(f.x, c, nil); !off {
				cs = append(cs, limitSetter{c, f.none(valueflow.Arg(c, r.Arg))})
			}
		})
		return cs
	})
	f.wrapped = func() bool {
		r, ok := f.x.Memo("streams.wrapped", nil, func() any { return f.hasMiddleware() })
		return ok && r.(bool)
	}
}

func (f *Finder) each(visit func(ssa.Instruction)) {
	for _, fn := range f.x.Funcs {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				visit(i)
			}
		}
	}
}

// body returns the sources of the body of request req, read at p.at.
func (w *walk) body(v, req ssa.Value, p way) []Source {
	if req == nil {
		return nil
	}
	s := p.source(Body, v)
	s.Request = req
	s.Name = w.f.x.Describe(v)
	if p.inflate == nil || w.f.wrapped() {
		// Limits on the way in: they bound what is read, not what it inflates to.
		if l := w.f.bodyLimit(req, p.at, 0, map[ssa.Instruction]bool{}); l != nil {
			if p.inflate == nil {
				s.Limit = l
				return []Source{s}
			}
			s.Under = l
		}
	}
	if st := w.f.replaced(req, p.at); st != nil {
		q := p
		q.at = st
		return w.visit(st.Val, q)
	}
	if w.f.sentByUs(req) {
		return nil
	}
	s.Knob = w.f.bodyKnob(req, p.at)
	return []Source{s}
}

// bodyKnob returns the setting, off by default, with which the body of the
// request would have a limit before at, nil where there is none.
func (f *Finder) bodyKnob(req ssa.Value, at ssa.Instruction) ssa.Value {
	for _, b := range f.bodies() {
		if !f.limits(b.store) || !f.same(b.base, req) {
			continue
		}
		if s, off := knobs.Behind(f.x, b.store, at); off {
			return s
		}
	}
	return nil
}

// sentByUs reports whether the program made the request itself: its body is
// the program's own.
func (f *Finder) sentByUs(req ssa.Value) bool {
	ours := false
	for r := range f.roots(req) {
		var c *ssa.Call
		switch r := r.(type) {
		case *ssa.Call:
			c = r
		case *ssa.Extract:
			c, _ = r.Tuple.(*ssa.Call)
		}
		if c == nil {
			continue
		}
		if fn := valueflow.Callee(c); fn != nil && strings.HasPrefix(fn.Name(), "NewRequest") && apimodel.FuncRows(fn) != nil {
			ours = true
		}
	}
	return ours
}

// replaced returns the last store that certainly gave the request another
// body before at, nil where there is none.
func (f *Finder) replaced(req ssa.Value, at ssa.Instruction) *ssa.Store {
	var last *ssa.Store
	for _, b := range f.bodies() {
		if b.store.Parent() != at.Parent() || !flowgraph.Dominates(b.store, at) || !f.same(b.base, req) {
			continue
		}
		if last == nil || flowgraph.Dominates(last, b.store) {
			last = b.store
		}
	}
	return last
}

// bodyLimit returns what limits the body of the request before at: in this
// function, in one it calls, in its callers, or around all handlers.
func (f *Finder) bodyLimit(req ssa.Value, at ssa.Instruction, depth int, seen map[ssa.Instruction]bool) ssa.Value {
	if at == nil || seen[at] || depth > maxCalls {
		return nil
	}
	seen[at] = true
	fn := at.Parent()
	for _, b := range f.bodies() {
		if !f.limits(b.store) || !f.same(b.base, req) {
			continue
		}
		if _, off := knobs.Behind(f.x, b.store, at); off {
			continue
		}
		for in := fn; in != nil; in = in.Parent() { // literals run after what made them
			if f.runsBefore(b.store, in, at, 0) {
				return b.store.Val
			}
		}
	}
	if c := f.limitingCall(req, fn, at); c != nil {
		return c
	}
	if f.wrapped() {
		return req
	}
	for in := fn; in != nil; in = in.Parent() {
		for _, c := range f.x.Callers(in) {
			for _, a := range c.Common().Args {
				if f.same(a, req) {
					if l := f.bodyLimit(a, c, depth+1, seen); l != nil {
						return l
					}
				}
			}
		}
	}
	return nil
}

// limits reports whether the store puts a limited body in place.
func (f *Finder) limits(st *ssa.Store) bool {
	f.wrapped() // it asks for this, and must not find the question open
	r, ok := f.x.Memo("streams.limits", st.Val, func() any {
		for _, s := range (&walk{f: f, seen: map[step]bool{}}).visit(st.Val, way{at: st}) {
			if s.Limit != nil {
				return true
			}
		}
		return false
	})
	return ok && r.(bool)
}

// runsBefore reports whether st may run before at: in fn itself, or in a
// function that fn calls before.
func (f *Finder) runsBefore(st ssa.Instruction, fn *ssa.Function, at ssa.Instruction, depth int) bool {
	if st.Parent() == fn {
		return fn != at.Parent() || before(st, at)
	}
	if depth == 3 {
		return false
	}
	for _, c := range f.x.StaticCallers(st.Parent()) {
		if f.runsBefore(c, fn, at, depth+1) {
			return true
		}
	}
	return false
}

// before reports whether a may run before b in their function.
func before(a, b ssa.Instruction) bool {
	if flowgraph.Dominates(a, b) {
		return true
	}
	if flowgraph.Dominates(b, a) {
		return false
	}
	return flowgraph.PathQuery{From: a,
		Barrier: func(ssa.Instruction) bool { return false },
		End:     func(_, s *ssa.BasicBlock) bool { return s == b.Block() },
	}.Exists()
}

// limitingCall returns a call of another package's function that limits the
// request's body before at.
func (f *Finder) limitingCall(req ssa.Value, fn *ssa.Function, at ssa.Instruction) ssa.Value {
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			c, ok := i.(*ssa.Call)
			if !ok || !before(c, at) {
				continue
			}
			fact, ok := f.facts(valueflow.Callee(c))
			if !ok {
				continue
			}
			for _, n := range fact.LimitsBody {
				if a := valueflow.Arg(c, n); a != nil && f.same(a, req) {
					return c
				}
			}
		}
	}
	return nil
}
