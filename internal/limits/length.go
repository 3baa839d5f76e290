package limits

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// ofLength reports whether the length or count that drives the loop is
// compared with something before the loop, on a way that may leave.
func (c *Checker) ofLength(d loops.Driver) Limit {
	if d.Over == nil {
		return Limit{}
	}
	on := c.x.Origins(d.Over)
	if call, ok := d.Over.(*ssa.Call); ok {
		on = valueflow.Origins{}
		for _, a := range call.Call.Args { // slices.Chunk(files, n)
			merge(on, c.x.Origins(a))
		}
	}
	if c.divided(d.Top().Fn, on) {
		return Limit{Kind: Counter}
	}
	if d.Loop == nil {
		return Limit{}
	}
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
			if v != d.Over && (lengthOf(v) == nil || !c.x.Origins(lengthOf(v)).Meets(on)) {
				continue
			}
			large := 0 // the branch on which there are many
			if (cmp.Op == token.LSS || cmp.Op == token.LEQ) == (v == cmp.X) {
				large = 1
			}
			if !flowgraph.EdgeDominates(b, large, d.Loop.Header) {
				return Limit{Kind: Counter, At: br}
			}
		}
	}
	return Limit{}
}

// divided reports whether f divides the length of a collection that is one of
// on: batches of len/n elements are at most n, and a few.
func (c *Checker) divided(f *ssa.Function, on valueflow.Origins) bool {
	for ; f != nil; f = f.Parent() {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if q, ok := i.(*ssa.BinOp); ok && q.Op == token.QUO && c.hasLength(q.X, on, 0) && isStep(q, 0) {
					return true
				}
			}
		}
	}
	return false
}

// isStep reports whether v is used as the size of a batch: added to an index,
// as the bound of a slice, or passed on. The number of batches, which is
// compared and made room for, is not.
func isStep(v ssa.Value, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Slice:
			return true
		case *ssa.Call:
			if b, ok := r.Call.Value.(*ssa.Builtin); !ok || b.Name() == "min" || b.Name() == "max" {
				return true
			}
		case *ssa.BinOp:
			_, byConst := r.Y.(*ssa.Const)
			if r.Op == token.ADD && r.Y == v && !byConst {
				return true
			}
			if (r.Op == token.ADD || r.Op == token.SUB) && byConst && isStep(r, depth+1) {
				return true
			}
		case *ssa.Phi:
			if isStep(r, depth+1) {
				return true
			}
		case *ssa.Store, *ssa.MakeClosure:
			return true // captured: may be used as anything
		}
	}
	return false
}

// hasLength reports whether the number v is made of the length of one of on.
func (c *Checker) hasLength(v ssa.Value, on valueflow.Origins, depth int) bool {
	if depth > 4 {
		return false
	}
	if a := lengthOf(v); a != nil {
		return c.x.Origins(a).Meets(on)
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return c.hasLength(v.X, on, depth+1) || c.hasLength(v.Y, on, depth+1)
	case *ssa.Convert:
		return c.hasLength(v.X, on, depth+1)
	}
	return false
}

func isZero(v ssa.Value) bool {
	n, ok := valueflow.Int(v)
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
