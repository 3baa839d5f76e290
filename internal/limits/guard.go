package limits

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// guardBefore looks for a test in reg that lets only some events through to
// the site and whose condition is a count, a flag, a key or the clock. Of
// several the flag is the weakest: it bounds what runs, not what stays.
func (c *Checker) guardBefore(w *way, reg *region) Limit {
	near := Limit{}
	for _, b := range reg.fn.Blocks {
		if !reg.reach[b] {
			continue
		}
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || b == reg.site.Block() {
			continue
		}
		if reg.leads(b, b.Succs[0]) == reg.leads(b, b.Succs[1]) {
			continue // does not decide whether the site is reached
		}
		if c.countsRounds(br) {
			continue
		}
		l := c.guard(w, reg, br.Cond)
		l.At = br
		switch {
		case l.Kind.Holds() && l.Kind != SingleFlight:
			return l
		case l.Kind == SingleFlight, l.Kind != None && near.Kind != SingleFlight:
			near = l
		}
	}
	return near
}

// countsRounds reports whether br is the test that counts the rounds of a
// loop around it.
func (c *Checker) countsRounds(br *ssa.If) bool {
	for l := c.Finder.Forest(br.Parent()).Innermost(br.Block()); l != nil; l = l.Outer {
		if loops.IsTrip(br, l) {
			return true
		}
	}
	return false
}

// guard classifies a condition.
func (c *Checker) guard(w *way, reg *region, cond ssa.Value) Limit {
	cond, _ = strip(cond)
	switch v := cond.(type) {
	case *ssa.BinOp:
		return c.compare(w, reg, v)
	case *ssa.Call:
		return c.guardCall(w, v)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Lookup:
			return c.key(w, reg, t)
		case *ssa.Call:
			return c.guardCall(w, t)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL && c.flag(w, reg, v) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(v)}
		}
	case *ssa.Lookup: // if busy[k] with a map of bools
		return c.key(w, reg, v)
	case *ssa.Phi: // a flag that is a local variable
		if l := c.decided(w, reg, v); l.Kind.Holds() {
			return l
		}
		for _, e := range v.Edges {
			if k, ok := e.(*ssa.Const); ok && k.Value != nil && reg.loop != nil && reg.loop.Contains(v.Block()) && (carried(v, reg) || registers(reg)) {
				return Limit{Kind: SingleFlight}
			}
		}
	}
	return Limit{}
}

// carried reports whether the flag p, a variable, keeps its value from round
// to round. One that each round sets anew says something about that round.
func carried(p *ssa.Phi, reg *region) bool {
	seen := map[*ssa.Phi]bool{}
	var walk func(p *ssa.Phi) bool
	walk = func(p *ssa.Phi) bool {
		if seen[p] || !reg.loop.Contains(p.Block()) {
			return false
		}
		seen[p] = true
		if p.Block() == reg.loop.Header {
			return true
		}
		for _, e := range p.Edges {
			if q, ok := e.(*ssa.Phi); ok && walk(q) {
				return true
			}
		}
		return false
	}
	return walk(p)
}

// registers reports whether a round may enter something where later rounds
// look it up: what is found there is not started again.
func registers(reg *region) bool {
	for _, b := range reg.loop.Blocks() {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.MapUpdate:
				return true
			case *ssa.Store:
				if _, local := i.Addr.(*ssa.Alloc); local {
					continue
				}
				if call, ok := i.Val.(*ssa.Call); ok {
					if bi, ok := call.Call.Value.(*ssa.Builtin); ok && bi.Name() == "append" {
						return true
					}
				}
			case ssa.CallInstruction:
				if fn := valueflow.Callee(i); fn != nil && enters(fn.Name()) {
					return true
				}
			}
		}
	}
	return false
}

// enters reports whether a method of that name puts something somewhere.
func enters(name string) bool {
	for _, p := range []string{"Push", "Insert", "Set", "Store", "Append", "Register", "Put", "LoadOrStore"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// decided classifies the tests that decide which constant the local flag p
// has: create := n < max, written with ifs.
func (c *Checker) decided(w *way, reg *region, p *ssa.Phi) Limit {
	for n, e := range p.Edges {
		if k, ok := e.(*ssa.Const); !ok || k.Value == nil {
			continue
		}
		top := p.Block().Idom()
		for b := p.Block().Preds[n]; b != nil && b != top; b = b.Idom() {
			d := b.Idom()
			if d == nil {
				break
			}
			br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
			if !ok || c.countsRounds(br) {
				continue
			}
			if cmp, ok := br.Cond.(*ssa.BinOp); ok {
				if tells(cmp.X) {
					return Limit{Kind: SingleFlight}
				}
				if l := c.compare(w, reg, cmp); l.Kind.Holds() {
					return l
				}
			}
		}
	}
	return Limit{}
}

// tells reports whether v tells which arm of a select was taken.
func tells(v ssa.Value) bool {
	x, ok := v.(*ssa.Extract)
	if !ok || x.Index != 0 {
		return false
	}
	_, ok = x.Tuple.(*ssa.Select)
	return ok
}

func strip(cond ssa.Value) (ssa.Value, bool) {
	negated := false
	for {
		u, ok := cond.(*ssa.UnOp)
		if !ok || u.Op != token.NOT {
			return cond, negated
		}
		cond, negated = u.X, !negated
	}
}

// compare classifies a comparison.
func (c *Checker) compare(w *way, reg *region, b *ssa.BinOp) Limit {
	switch b.Op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		if c.timed(b.X) || c.timed(b.Y) {
			return Limit{Kind: Paced}
		}
		for _, v := range []ssa.Value{b.X, b.Y} {
			if on, ok := c.counted(w, reg, v, 0); ok {
				return c.counter(w, on)
			}
		}
	case token.EQL, token.NEQ:
		if isNil(b.Y) {
			return c.nilTest(w, reg, b.X)
		}
		if on, ok := c.counted(w, reg, b.X, 0); ok && !isSmallState(b.Y) {
			return c.counter(w, on)
		}
		if c.cas(b.X) {
			return Limit{Kind: SingleFlight}
		}
	}
	return Limit{}
}

func isNil(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && k.Value == nil
}

// reached collects f and what it certainly calls.
func (c *Checker) reached(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 3 {
		return
	}
	into[f] = true
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if g := valueflow.StaticCallee(call); g != nil && g.Blocks != nil && g.Pkg == c.x.Pkg {
					c.reached(g, into, depth+1)
				}
			}
		}
	}
}

// timed reports whether v is a duration or time: a comparison of times paces.
func (c *Checker) timed(v ssa.Value) bool {
	n, ok := types.Unalias(v.Type()).(*types.Named)
	return ok && apimodel.IsClass(n, apimodel.Span)
}
