package semwait

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// isChannelSemaphore tells channels of slots from queues and signals: there
// is room, and slots are tokens, or resources that go back to where they
// were taken from.
func (c *checker) isChannelSemaphore(a *acquire) bool {
	sizes := c.sizes(a.op.On)
	for _, n := range sizes {
		if n == 0 {
			return false // a rendezvous
		}
	}
	filled := c.prefilled(a)
	if a.op.Verb == effects.SendSlot {
		return !filled // else it is the receive that takes a slot
	}
	if !filled {
		return false
	}
	// Workers that put a job back are no holders of slots.
	if l := c.finder.Forest(a.op.Instr.Parent()).Innermost(a.op.Instr.Block()); l != nil && !isToken(a.op.Value.Type()) {
		return false
	}
	return true
}

// isToken reports whether a channel's elements carry nothing.
func isToken(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	switch e := ch.Elem().Underlying().(type) {
	case *types.Struct:
		return e.NumFields() == 0
	case *types.Basic:
		return e.Info()&(types.IsBoolean|types.IsInteger) != 0
	}
	return false
}

// unknownSize stands for a capacity that is no constant.
const unknownSize = -1

// sizes returns the capacities of the channels that on may be, as far as
// they are made in this package.
func (c *checker) sizes(on valueflow.Origins) []int64 {
	var ns []int64
	for k := range on {
		m, ok := k.(*ssa.MakeChan)
		if !ok {
			continue
		}
		n, ok := valueflow.Int(m.Size)
		if !ok {
			n = unknownSize
		}
		ns = append(ns, n)
	}
	return ns
}

// prefilled reports whether a function that makes the channel, or is called
// by it, puts tokens in before others take them. The send of a is none where the
// same round of its loop sees to it that the slot is given back.
func (c *checker) prefilled(a *acquire) bool {
	on := a.op.On
	makers := map[*ssa.Function]bool{}
	for k := range on {
		if m, ok := k.(*ssa.MakeChan); ok {
			makers[m.Parent()] = true
		}
	}
	for _, s := range c.x.Senders(on) {
		if makers[s.Parent()] && (s != a.op.Instr || !c.roundGives(a)) {
			return true
		}
	}
	return false
}

// roundGives reports whether what gives the slot back is in the loop around the
// acquire.
func (c *checker) roundGives(a *acquire) bool {
	l := c.finder.Forest(a.fn).Innermost(a.op.Instr.Block())
	return l != nil && slices.ContainsFunc(a.releases, func(r ssa.Instruction) bool { return l.Contains(r.Block()) })
}

// failed reports whether the edge from b to its n-th successor is taken only
// when a has failed: the error it returned is not nil, or the bool false.
func (a *acquire) failed(b *ssa.BasicBlock, n int) bool {
	v, ok := a.op.Instr.(ssa.Value)
	if !ok || len(b.Succs) < 2 {
		return false
	}
	if sel, ok := a.op.Instr.(*ssa.Select); ok {
		// Control leaves through another arm.
		takes, decides := flowgraph.TakesArm(sel, a.op.Arm, b, n)
		return decides && !takes
	}
	br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	success, decides := succeeds(br.Cond, v)
	return decides && (n == 0) != success
}

// succeeds reports whether cond decides if the call v succeeded, and whether
// it is true when it did.
func succeeds(cond ssa.Value, v ssa.Value) (success, decides bool) {
	of := func(x ssa.Value) bool {
		x = valueflow.Settled(x)
		e, ok := x.(*ssa.Extract)
		return x == v || ok && e.Tuple == v
	}
	switch c := valueflow.Settled(cond).(type) {
	case *ssa.UnOp:
		if c.Op != token.NOT {
			return true, false
		}
		s, d := succeeds(c.X, v)
		return !s, d
	case *ssa.BinOp:
		k, ok := c.Y.(*ssa.Const)
		if !ok || k.Value != nil || !of(c.X) {
			return false, false
		}
		return c.Op.String() == "==", true // err == nil
	default:
		return true, of(c)
	}
}
