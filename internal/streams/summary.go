package streams

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Summarize returns what other packages may know of exported function fn.
func (f *Finder) Summarize(fn *ssa.Function) Fact {
	fact := Fact{Inflates: -1, Wire: -1, Consumes: f.consumed()[fn]}
	res := fn.Signature.Results()
	if res.Len() > 0 {
		switch t := res.At(0).Type(); {
		case isReader(t):
			f.summarizeReader(fn, &fact)
		case bits(t) >= 32 && bits(t) < 64 || isInt64(t):
			fact.Wire = f.wireOf(fn)
		}
	}
	for _, p := range fn.Params {
		if number(p.Type()) && fact.Wire < 0 {
			fact.Wire = f.wireInto(fn, p)
		}
	}
	for _, n := range f.allocator(fn) {
		fact.Allocates = append(fact.Allocates, argOf(fn, n))
	}
	for _, b := range f.bodies() {
		if !f.limits(b.store) {
			continue
		}
		for in := b.store.Parent(); in != nil; in = in.Parent() {
			if in != fn {
				continue
			}
			if handles(fn.Signature) || returnsFunc(fn.Signature) {
				fact.Handlers = true
			}
			for i, p := range fn.Params {
				if IsRequest(p.Type()) && f.same(p, b.base) {
					fact.LimitsBody = append(fact.LimitsBody, argOf(fn, i))
				}
			}
		}
	}
	return fact
}

func isInt64(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func returnsFunc(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	_, ok := sig.Results().At(0).Type().Underlying().(*types.Signature)
	return ok
}

// argOf returns the index of parameter i without the receiver.
func argOf(fn *ssa.Function, i int) int {
	if fn.Signature.Recv() != nil {
		return i - 1
	}
	return i
}

// param returns the index of v among fn's parameters, ok false when it is
// none of them.
func param(fn *ssa.Function, v ssa.Value) (int, bool) {
	i := slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return p == v })
	return argOf(fn, max(i, 0)), i >= 0
}

// summarizeReader notes what reader fn returns.
func (f *Finder) summarizeReader(fn *ssa.Function, fact *Fact) {
	vs, at := valueflow.Returned(fn, 0)
	for i, v := range vs {
		for _, s := range f.Of(v, at[i]) {
			if s.Limit != nil {
				fact.Limited = true
			}
			n, ok := entry(fn, s)
			if !ok {
				continue
			}
			if s.Inflate != nil {
				fact.Inflates = n
			} else if !slices.Contains(fact.Wraps, n) {
				fact.Wraps = append(fact.Wraps, n)
			}
		}
	}
}

// entries returns the parameters by which other packages may pass what s is:
// the one where the way ends, and the reader of each exported function that
// the way came through, whose callers here are not all that it has.
func entries(s Source) []*ssa.Parameter {
	ps := ends(s)
	for _, c := range s.Calls {
		g := valueflow.StaticCallee(c)
		if g == nil || !exported(g) {
			continue
		}
		var readers []*ssa.Parameter
		for _, p := range g.Params {
			if isReader(p.Type()) {
				readers = append(readers, p)
			}
		}
		if len(readers) == 1 {
			ps = append(ps, readers[0])
		}
	}
	return ps
}

// ends returns the parameter where the way ends, if it does.
func ends(s Source) []*ssa.Parameter {
	if p, ok := s.Value.(*ssa.Parameter); ok && s.Kind == Param {
		return []*ssa.Parameter{p}
	}
	return nil
}

// entry returns the index of the parameter of fn by which s comes.
func entry(fn *ssa.Function, s Source) (n int, ok bool) {
	for _, p := range entries(s) {
		if p.Parent() == fn {
			return param(fn, p)
		}
	}
	if p, isParam := s.Value.(*ssa.Parameter); isParam && s.Kind == Bytes {
		return param(fn, p)
	}
	return 0, false
}

// consumed returns, for each function, the parameters that it or a function
// that it calls reads without a limit.
func (f *Finder) consumed() map[*ssa.Function][]Consumed {
	r, ok := f.x.Memo("streams.consumed", nil, func() any {
		m := map[*ssa.Function][]Consumed{}
		note := func(s Source, v Verb, there bool, ps []*ssa.Parameter) {
			for _, p := range ps {
				c := Consumed{0, v, there}
				n, ok := param(p.Parent(), p)
				if c.Arg = n; ok && s.Limit == nil && isReader(p.Type()) && !slices.Contains(m[p.Parent()], c) {
					m[p.Parent()] = append(m[p.Parent()], c)
				}
			}
		}
		f.each(func(i ssa.Instruction) {
			if site, ok := f.SiteAt(i); ok {
				ss := f.Of(site.Reader, i)
				there := slices.ContainsFunc(ss, f.Decides)
				for _, s := range ss {
					note(s, site.Verb, there, entries(s))
				}
			}
			for _, v := range f.allocates(i) {
				w := &wireWalk{f: f, seen: map[wireStep]bool{}, open: true}
				if l := w.number(v, wireWay{at: i}); l != nil && l.Bits > narrow {
					// Who reads the number need not make the room.
					note(l.Source, Declared, f.networked, ends(l.Source))
				}
			}
		})
		return m
	})
	if !ok {
		return nil
	}
	return r.(map[*ssa.Function][]Consumed)
}

// wireOf returns the parameter that the number fn returns is read from.
func (f *Finder) wireOf(fn *ssa.Function) int {
	vs, at := valueflow.Returned(fn, 0)
	for i, v := range vs {
		w := &wireWalk{f: f, seen: map[wireStep]bool{}, open: true}
		if l := w.number(v, wireWay{at: at[i]}); l != nil && l.Bits > narrow {
			if n, ok := entry(fn, l.Source); ok {
				return n
			}
		}
	}
	return -1
}

// wireInto returns the parameter that the number put into *p is read from.
func (f *Finder) wireInto(fn *ssa.Function, p *ssa.Parameter) int {
	w := &wireWalk{f: f, seen: map[wireStep]bool{}, open: true}
	var best *Length
	for _, r := range *p.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == p {
			best = wider(best, w.number(st.Val, wireWay{at: st}))
		}
	}
	best = wider(best, w.filled(p, bits(p.Type().Underlying().(*types.Pointer).Elem()), wireWay{}))
	if best != nil && best.Bits > narrow {
		if n, ok := entry(fn, best.Source); ok {
			return n
		}
	}
	return -1
}
