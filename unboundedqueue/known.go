package unboundedqueue

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// known reports whether the key is tested before the insertion by something
// that knows what keys there are: it is found in another map, or a function
// that takes it did not fail.
func (c *checker) known(op containers.Op, d *loops.Driver) bool {
	key := op.Key
	for n, fr := range d.Chain {
		if c.testedIn(fr, key, op) {
			return true
		}
		p, ok := key.(*ssa.Parameter)
		if !ok || n+1 == len(d.Chain) {
			break
		}
		call, ok := d.Chain[n+1].Site.(ssa.CallInstruction)
		if !ok {
			break
		}
		key = nil
		for i, q := range p.Parent().Params {
			if q == p {
				if p.Parent().Signature.Recv() != nil {
					i--
				}
				key = valueflow.Arg(call, i)
			}
		}
		if key == nil {
			break
		}
	}
	return false
}

// testedIn reports whether a branch before fr.Site depends on a lookup of key
// in another map or on the failure of a call that takes it.
func (c *checker) testedIn(fr loops.Frame, key ssa.Value, op containers.Op) bool {
	for b := fr.Site.Block().Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !decides(b, fr.Site.Block()) {
			continue
		}
		cond := br.Cond
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond = not.X
		}
		switch v := cond.(type) {
		case *ssa.Call:
			if c.looksUp(v, key) {
				return true
			}
		case *ssa.Extract:
			if l, ok := v.Tuple.(*ssa.Lookup); ok && same(l.Index, key) && !c.meets(l.X, op.Base) {
				return true
			}
			if call, ok := v.Tuple.(*ssa.Call); ok && takes(call, key) >= 0 {
				return true
			}
		case *ssa.Lookup:
			if same(v.Index, key) && !c.meets(v.X, op.Base) {
				return true
			}
		case *ssa.BinOp: // err != nil
			if e, ok := v.X.(*ssa.Extract); ok {
				if call, ok := e.Tuple.(*ssa.Call); ok && takes(call, key) >= 0 {
					return true
				}
			}
			if call, ok := v.X.(*ssa.Call); ok && c.looksUp(call, key) {
				return true
			}
			if _, ok := v.Y.(*ssa.Const); ok && same(v.X, key) && !emptyText(v.Y) {
				return true // one of a few values
			}
		}
	}
	return false
}

func emptyText(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && (k.Value == nil || k.Value.ExactString() == `""` || k.Value.ExactString() == "0")
}

func (c *checker) meets(a, b ssa.Value) bool {
	for _, p := range c.index.PlacesOf(a) {
		for _, q := range c.index.PlacesOf(b) {
			if p == q {
				return true
			}
		}
	}
	return false
}

// same reports whether a and b are the same value, or are loaded from the
// same field of the same thing: r.URL.Path, twice.
func same(a, b ssa.Value) bool { return sameTo(a, b, 0) }

func sameTo(a, b ssa.Value, depth int) bool {
	if a == b {
		return true
	}
	if depth > 6 {
		return false
	}
	switch a := a.(type) {
	case *ssa.UnOp:
		b, ok := b.(*ssa.UnOp)
		return ok && a.Op == token.MUL && b.Op == token.MUL && sameTo(a.X, b.X, depth+1)
	case *ssa.FieldAddr:
		b, ok := b.(*ssa.FieldAddr)
		return ok && a.Field == b.Field && sameTo(a.X, b.X, depth+1)
	case *ssa.Call: // addr.String(), twice
		b, ok := b.(*ssa.Call)
		if !ok || valueflow.Callee(a) == nil || valueflow.Callee(a) != valueflow.Callee(b) || len(valueflow.Args(a)) > 0 {
			return false
		}
		ra, rb := valueflow.Recv(a), valueflow.Recv(b)
		return ra != nil && rb != nil && sameTo(ra, rb, depth+1)
	case *ssa.Convert:
		b, ok := b.(*ssa.Convert)
		return ok && sameTo(a.X, b.X, depth+1)
	}
	return false
}

// takes returns which argument of the call v is, -1 for none.
func takes(call *ssa.Call, v ssa.Value) int {
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		return -1
	}
	for n, a := range call.Call.Args {
		if same(a, v) {
			return n
		}
	}
	return -1
}

// looksUp reports whether the call, which says yes or no or fails, may find
// the key in a table. A function of the key alone can only look at its form.
func (c *checker) looksUp(call *ssa.Call, key ssa.Value) bool {
	n := takes(call, key)
	if n < 0 {
		return false
	}
	fs := c.x.StaticBodies(call)
	if len(fs) == 0 {
		return len(call.Call.Args) > 1 || call.Call.IsInvoke()
	}
	for _, f := range fs {
		if n < len(f.Params) && findsParameter(f.Params[n]) {
			return true
		}
	}
	return false
}

// findsParameter reports whether p is the key of a lookup in its function.
func findsParameter(p *ssa.Parameter) bool {
	for _, r := range *p.Referrers() {
		if l, ok := r.(*ssa.Lookup); ok && l.Index == p {
			return true
		}
	}
	return false
}
