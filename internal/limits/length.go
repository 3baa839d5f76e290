package limits

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/loops"
)

// ofLength reports whether the length or count that drives the loop is
// compared with something before the loop, on a way that may leave.
func (c *Checker) ofLength(d loops.Driver) Limit {
	if d.Over == nil || d.Loop == nil {
		return Limit{}
	}
	on := c.x.Origins(d.Over)
	for b := d.Loop.Header.Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok {
			continue
		}
		switch cmp.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
		default:
			continue // == 0 and != nil say nothing of how many there are
		}
		for _, v := range []ssa.Value{cmp.X, cmp.Y} {
			if isZero(cmp.X) || isZero(cmp.Y) {
				continue
			}
			if v == d.Over || lengthOf(v) != nil && c.x.Origins(lengthOf(v)).Meets(on) {
				return Limit{Kind: Counter, At: br}
			}
		}
	}
	return Limit{}
}

func isZero(v ssa.Value) bool {
	n, ok := constant(v)
	return ok && n == 0
}

// lengthOf returns x for len(x), nil for anything else.
func lengthOf(v ssa.Value) ssa.Value {
	c, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
		return c.Call.Args[0]
	}
	return nil
}
