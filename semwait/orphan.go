package semwait

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// orphanedSend reports an unconditional send to a goroutine that stops
// receiving when a channel is closed, which the sender does not look at.
func (c *checker) orphanedSend(s *ssa.Send) {
	on := c.x.Origins(s.Chan)
	if !fieldOrGlobal(on) || c.closes(on) {
		return
	}
	known := false
	for _, n := range c.sizes(on) {
		if n != 0 {
			return // there is room; whether it suffices cannot be told
		}
		known = true
	}
	if !known {
		return
	}
	stop, loop := c.stopOf(on, s.Parent())
	if stop == nil {
		return
	}
	r := c.stopInReach(s, stop)
	if r.how == nothing {
		return
	}
	c.add(finding{
		kind: noContext, pos: s.Pos(), instr: s, reach: r,
		message: fmt.Sprintf("send on %s waits for %s, which ends with %s: a sender that comes later waits for ever", c.sentOn(s, "the channel"), loops.Name(loop), r.name),
		related: []analysis.RelatedInformation{{Pos: stop.Pos(), End: stop.Pos() + 1, Message: "the receiver stops here"}},
	})
}

func (c *checker) describe(v ssa.Value, otherwise string) string {
	if n := c.x.Describe(v); n != "" {
		return n
	}
	return otherwise
}

func fieldOrGlobal(on valueflow.Origins) bool {
	for k := range on {
		switch k.(type) {
		case *types.Var, *ssa.Global:
			return true
		}
	}
	return false
}

// stopOf returns the receive that ends the one goroutine that receives from
// the channels, and the function that does; nil when there are several, or
// none ends. A sender in the same function is no stranger.
func (c *checker) stopOf(on valueflow.Origins, sender *ssa.Function) (stop *ssa.Select, in *ssa.Function) {
	for _, r := range c.channels.receives(c, on) {
		sel, ok := r.instr.(*ssa.Select)
		if !ok || !sel.Blocking || c.finder.Forest(sel.Parent()).Innermost(sel.Block()) == nil {
			return nil, nil
		}
		if in != nil && in != sel.Parent() {
			return nil, nil
		}
		in = sel.Parent()
		if in == sender || !c.isGoroutine(in) {
			return nil, nil
		}
		for n, s := range sel.States {
			if s.Dir != types.RecvOnly || n == r.arm || !c.tellsEnd(s.Chan) {
				continue
			}
			b := flowgraph.ArmBlock(sel, n)
			if b != nil && !comesBack(b, sel) {
				stop = sel
			}
		}
		if stop == nil {
			return nil, nil
		}
	}
	if in != nil && c.calledBy(sender, in) {
		return nil, nil // the receiver itself sends
	}
	return stop, in
}

// isGoroutine reports whether f is the body of a goroutine.
func (c *checker) isGoroutine(f *ssa.Function) bool {
	for _, call := range c.x.Callers(f) {
		if _, ok := call.(*ssa.Go); ok {
			return true
		}
	}
	for _, mc := range c.x.Closures(f) {
		for _, r := range *mc.Referrers() {
			if _, ok := r.(*ssa.Go); ok {
				return true
			}
		}
	}
	return false
}

// calledBy reports whether f runs in the goroutine of g.
func (c *checker) calledBy(f, g *ssa.Function) bool {
	seen := map[*ssa.Function]bool{}
	var up func(f *ssa.Function, depth int) bool
	up = func(f *ssa.Function, depth int) bool {
		if f == g {
			return true
		}
		if seen[f] || depth == 0 {
			return false
		}
		seen[f] = true
		for _, call := range c.x.Callers(f) {
			if up(call.Parent(), depth-1) {
				return true
			}
		}
		return f.Parent() != nil && up(f.Parent(), depth-1)
	}
	return up(f, 4)
}

// tellsEnd reports whether ch is closed to say that it is time to stop.
func (c *checker) tellsEnd(ch ssa.Value) bool {
	if call, ok := ch.(*ssa.Call); ok && call.Call.IsInvoke() && isContext(call.Call.Value.Type()) {
		return true
	}
	for k := range c.x.Origins(ch) {
		if c.isStop(k) {
			return true
		}
	}
	return false
}

// comesBack reports whether control gets from b to i.
func comesBack(b *ssa.BasicBlock, i ssa.Instruction) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		if b == i.Block() {
			return true
		}
		if seen[b] {
			return false
		}
		seen[b] = true
		for _, s := range b.Succs {
			if visit(s) {
				return true
			}
		}
		return false
	}
	return visit(b)
}

// stopInReach returns what ends the receiver's loop, if the sender can see
// it: a field of the struct that has the channel, or a context of its own.
func (c *checker) stopInReach(s *ssa.Send, stop *ssa.Select) reach {
	base := fieldBase(s.Chan)
	for _, st := range stop.States {
		if st.Dir != types.RecvOnly || !c.tellsEnd(st.Chan) {
			continue
		}
		if call, ok := st.Chan.(*ssa.Call); ok {
			if fb := fieldBase(call.Call.Value); fb != nil && base != nil && types.Identical(fb.X.Type(), base.X.Type()) {
				return reach{aContext, member(c.x.Describe(base.X), fb)}
			}
			continue
		}
		if fb := fieldBase(st.Chan); fb != nil && base != nil && types.Identical(fb.X.Type(), base.X.Type()) {
			return reach{aDone, member(c.x.Describe(base.X), fb)}
		}
	}
	return reach{}
}

func fieldBase(v ssa.Value) *ssa.FieldAddr {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	fa, _ := load.X.(*ssa.FieldAddr)
	return fa
}

func member(base string, fa *ssa.FieldAddr) string {
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if base == "" || f == nil {
		return "the receiver's stop channel"
	}
	return base + "." + f.Name()
}
