package streams

import (
	"go/types"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A bodyStore puts another body into a request.
type bodyStore struct {
	store *ssa.Store
	base  ssa.Value // the request
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
			if !ok || !isRequest(fa.X.Type()) {
				return
			}
			if fv := valueflow.FieldOf(fa.X.Type(), fa.Field); fv != nil && fv.Name() == "Body" {
				bs = append(bs, bodyStore{st, fa.X})
			}
		})
		return bs
	})
	f.fieldArgs = sync.OnceValue(f.collectFieldArgs)
	f.setters = sync.OnceValue(func() (cs []ssa.CallInstruction) {
		f.each(func(i ssa.Instruction) {
			c, ok := i.(ssa.CallInstruction)
			if !ok {
				return
			}
			r, ok := apimodel.Find(valueflow.Callee(c), apimodel.LimitRead)
			if ok && valueflow.Recv(c) != nil && c.Common().Signature().Results().Len() == 0 && !f.none(valueflow.Arg(c, r.Arg)) {
				cs = append(cs, c)
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
	return []Source{s}
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

// hasMiddleware reports whether the package puts a limit around handlers:
// http.MaxBytesHandler, a handler that limits the body and hands the request
// on, or a function of another package that does.
func (f *Finder) hasMiddleware() bool {
	found := false
	f.each(func(i ssa.Instruction) {
		c, ok := i.(ssa.CallInstruction)
		if !ok || found {
			return
		}
		fn := valueflow.Callee(c)
		if r, ok := apimodel.Find(fn, apimodel.LimitRead); ok && wrapsHandlers(c.Common().Signature()) && !f.none(valueflow.Arg(c, r.Arg)) {
			found = true
		}
		if fact, ok := f.facts(fn); ok && fact.Handlers {
			found = true
		}
	})
	for _, b := range f.bodies() {
		if !found && f.limits(b.store) && f.handsOn(b) {
			found = true
		}
	}
	return found
}

// handles reports whether the result is a handler.
func handles(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(sig.Results().At(0).Type(), true, nil, "ServeHTTP")
	_, ok := obj.(*types.Func)
	return ok
}

// wrapsHandlers reports whether the result is a handler, or a function of
// handlers as frameworks have them.
func wrapsHandlers(sig *types.Signature) bool {
	if handles(sig) {
		return true
	}
	if sig.Results().Len() == 0 {
		return false
	}
	f, ok := sig.Results().At(0).Type().Underlying().(*types.Signature)
	if !ok || f.Params().Len() == 0 {
		return false
	}
	p := f.Params().At(0).Type()
	_, next := p.Underlying().(*types.Signature)
	return next || apimodel.IsClass(p, apimodel.HandlerParam)
}

// optionLimit returns the call that limits what decompressors of the package
// yield: an option of theirs.
func (f *Finder) optionLimit(pkg *types.Package) (limit ssa.Value) {
	f.each(func(i ssa.Instruction) {
		c, ok := i.(*ssa.Call)
		if !ok || limit != nil {
			return
		}
		fn := valueflow.Callee(c)
		if fn == nil || fn.Pkg() != pkg || c.Call.Signature().Results().Len() == 0 {
			return
		}
		r, ok := apimodel.Find(fn, apimodel.LimitRead)
		if ok && !isReader(c.Call.Signature().Results().At(0).Type()) && !f.none(valueflow.Arg(c, r.Arg)) {
			limit = c
		}
	})
	return limit
}

// handsOn reports whether the function that limits the request's body passes
// the request to a handler that it does not know.
func (f *Finder) handsOn(b bodyStore) bool {
	for _, blk := range b.store.Parent().Blocks {
		for _, i := range blk.Instrs {
			c, ok := i.(*ssa.Call)
			if !ok || !before(b.store, c) || f.x.HasBody(c) {
				continue
			}
			if valueflow.StaticCallee(c) != nil && !strings.HasPrefix(valueflow.Callee(c).Name(), "ServeHTTP") {
				continue
			}
			for _, a := range valueflow.Args(c) {
				if isRequest(a.Type()) && f.same(a, b.base) {
					return true
				}
			}
			if len(valueflow.Args(c)) > 0 && !isRequest(b.base.Type()) {
				return true
			}
		}
	}
	return false
}

// same reports whether a and b may be, or belong to, the same request.
func (f *Finder) same(a, b ssa.Value) bool {
	ra, rb := f.roots(a), f.roots(b)
	for k := range ra {
		if rb[k] {
			return true
		}
	}
	return false
}

// roots returns the places a request may have come from: parameters, calls,
// cells and fields, and what they are part of.
func (f *Finder) roots(v ssa.Value) map[any]bool {
	r, ok := f.x.Memo("streams.roots", v, func() any { return f.findRoots(v) })
	if !ok {
		return nil
	}
	return r.(map[any]bool)
}

func (f *Finder) findRoots(v ssa.Value) map[any]bool {
	roots, seen := map[any]bool{}, map[ssa.Value]bool{}
	queue := []ssa.Value{v}
	for n := 0; len(queue) > 0 && n < 300; n++ {
		v := queue[0]
		queue = queue[1:]
		if v == nil || seen[v] {
			continue
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Parameter, *ssa.Call, *ssa.Extract, *ssa.Alloc, *ssa.Global:
			roots[v] = true
		case *ssa.UnOp:
			if fa, ok := v.X.(*ssa.FieldAddr); ok {
				roots[valueflow.FieldOf(fa.X.Type(), fa.Field)] = true
				queue = append(queue, fa.X)
			}
		case *ssa.FieldAddr:
			roots[valueflow.FieldOf(v.X.Type(), v.Field)] = true
		}
		if c, ok := v.(*ssa.Call); ok && valueflow.Recv(c) != nil && isRequest(c.Type()) {
			queue = append(queue, valueflow.Recv(c)) // ctx.Request()
		}
		queue = append(queue, f.x.Step(v, valueflow.Options{Through: true})...)
	}
	return roots
}

// messageLimit returns the limit that is set for messages of the connection,
// nil where there is none.
func (f *Finder) messageLimit(conn ssa.Value) ssa.Value {
	for _, s := range f.setters() {
		if f.same(valueflow.Recv(s), conn) {
			return valueflow.Arg(s, 0)
		}
	}
	return nil
}

// askedByPeer reports whether a peer chose the server that sent the response:
// its URL came with a request.
func (f *Finder) askedByPeer(resp ssa.Value) bool {
	for r := range f.roots(resp) {
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
		if _, ok := apimodel.Find(valueflow.Callee(c), apimodel.BlockNet); !ok {
			continue
		}
		for _, a := range valueflow.Args(c) {
			if f.peerURL(a, 0) {
				return true
			}
		}
	}
	return false
}

// peerURL reports whether a peer decided the URL, or the URL of the request.
func (f *Finder) peerURL(v ssa.Value, depth int) bool {
	if isBytes(v.Type()) {
		return peer.Who(f.x, v).Who == peer.Peer
	}
	if !isRequest(v.Type()) || depth > 2 {
		return false
	}
	for r := range f.roots(v) {
		var c *ssa.Call
		switch r := r.(type) {
		case *ssa.Call:
			c = r
		case *ssa.Extract:
			c, _ = r.Tuple.(*ssa.Call)
		}
		if c == nil || valueflow.Callee(c) == nil || !strings.HasPrefix(valueflow.Callee(c).Name(), "NewRequest") {
			continue
		}
		for _, a := range valueflow.Args(c) {
			if isBytes(a.Type()) && f.peerURL(a, depth+1) {
				return true
			}
		}
	}
	return false
}
