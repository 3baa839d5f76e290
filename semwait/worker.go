package semwait

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// toWorker reports a send of a job to workers that wait for peers, in a function
// that is given a context which the wait does not look at: while all of them are
// busy nobody takes the job.
func (c *checker) toWorker(s *ssa.Send) {
	r := ofParams(s.Parent())
	on := c.x.Origins(s.Chan)
	if r.how == nothing || isToken(s.Chan.Type()) || !fieldOrGlobal(on) || c.looped(s) {
		return
	}
	in := c.workers(on)
	if in == nil || in == s.Parent() || carriesContext(s.X.Type(), 0) {
		return
	}
	c.add(finding{
		kind: noContext, pos: s.Pos(), instr: s, reach: r,
		message: fmt.Sprintf("send to %s waits for a worker, and workers wait for peers: %s cannot end it", c.sentOn(s, "a channel"), r.name),
		related: related(in.Pos(), loops.Name(in)+" receives"),
	})
}

// fromWorker reports the wait for the answer to a job that the function itself has
// sent, where no context ends it.
func (c *checker) fromWorker(recv *ssa.UnOp) {
	r := ofParams(recv.Parent())
	if r.how == nothing || c.looped(recv) {
		return
	}
	on := c.x.Origins(recv.X)
	made, room := false, true
	for k := range on {
		if m, ok := k.(*ssa.MakeChan); ok {
			size, isConst := valueflow.Int(m.Size)
			made, room = made || m.Parent() == recv.Parent(), room && isConst && size > 0
		}
	}
	if !made {
		return
	}
	job := c.sentWith(on, recv)
	if job == nil || carriesContext(job.X.Type(), 0) {
		return
	}
	in := c.workers(c.x.Origins(job.Chan))
	if in == nil || in == recv.Parent() {
		return
	}
	name := orElse(c.sourceName(recv.Pos()), c.describe(recv.X, "the answer"))
	c.add(finding{
		kind: noContext, pos: recv.Pos(), instr: recv, reach: r, kept: !room,
		message: fmt.Sprintf("receive from %s waits for a worker that waits for peers: %s cannot end it", name, r.name),
		related: related(in.Pos(), loops.Name(in)+" answers"),
	})
}

// looped reports whether i is in a loop of its function: it feeds workers, or
// collects what they have done.
func (c *checker) looped(i ssa.Instruction) bool {
	return c.finder.Forest(i.Parent()).Innermost(i.Block()) != nil
}

// sentWith returns the send, on the way to recv, of a job that has one of the
// channels: it is one, or the struct that it is or points to has one in a field.
func (c *checker) sentWith(on valueflow.Origins, recv *ssa.UnOp) *ssa.Send {
	for _, b := range recv.Parent().Blocks {
		for _, i := range b.Instrs {
			s, ok := i.(*ssa.Send)
			if !ok || !b.Dominates(recv.Block()) || !fieldOrGlobal(c.x.Origins(s.Chan)) {
				continue
			}
			if c.x.Origins(s.X).Meets(on) || hasOne(s.X, on, c.x) {
				return s
			}
		}
	}
	return nil
}

// hasOne reports whether a field of the struct v, or of what v points to, is set
// to one of the channels where it is made.
func hasOne(v ssa.Value, on valueflow.Origins, x *valueflow.Index) bool {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		v = u.X
	}
	a, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, r := range *a.Referrers() {
		fa, ok := r.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *fa.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == fa && x.Origins(st.Val).Meets(on) {
				return true
			}
		}
	}
	return false
}

// carriesContext reports whether a job of type t has a context, by which the
// worker may end its work, or a channel that tells it to.
func carriesContext(t types.Type, depth int) bool {
	if isContext(t) || hasContextMethod(t) {
		return true
	}
	st, ok := deref(t).Underlying().(*types.Struct)
	if !ok || depth > 1 {
		return false
	}
	for f := range st.Fields() {
		if carriesContext(f.Type(), depth+1) {
			return true
		}
	}
	return false
}

// workers returns a function that receives the channels' elements in a goroutine's
// loop and waits for peers there for as long as they like; nil where none does,
// or where some receiver cannot be one.
func (c *checker) workers(on valueflow.Origins) (in *ssa.Function) {
	for _, r := range c.channels.receives(c, on) {
		f := r.instr.Parent()
		l := c.finder.Forest(f).Innermost(r.instr.Block())
		if l == nil || !c.isGoroutine(f) || !onlyTakes(r.instr) {
			return nil
		}
		waits, timed := effects.Wait(effects.Never), false
		for _, b := range l.Blocks() {
			for _, i := range b.Instrs {
				if _, isGo := i.(*ssa.Go); isGo {
					return nil // it takes the next one at once
				}
				if call, ok := i.(*ssa.Call); ok {
					waits |= c.eff.WaitsAt(i)
					timed = timed || c.setsDeadline(call, 0) || ends(call)
				}
			}
		}
		if waits&effects.Network == 0 || timed {
			return nil
		}
		in = f
	}
	return in
}

// onlyTakes reports whether the receive has no other arms than those that end the
// goroutine: one that serves several channels is no worker of one.
func onlyTakes(recv ssa.Instruction) bool {
	sel, ok := recv.(*ssa.Select)
	if !ok {
		return true
	}
	n := 0
	for _, s := range sel.States {
		if s.Send != nil || !isToken(s.Chan.Type()) {
			n++
		}
	}
	return n == 1
}

// ends reports whether call passes a context that may end: what it waits for has
// a limit that somebody sets.
func ends(call *ssa.Call) bool {
	for _, a := range valueflow.Args(call) {
		if isContext(a.Type()) {
			made, ok := a.(*ssa.Call)
			if !ok || !isRoot(valueflow.Callee(made)) {
				return true
			}
		}
	}
	return false
}

// condWait reports a wait for a condition in a function that is given a context
// and does not look at it: a condition knows no context.
func (c *checker) condWait(call *ssa.Call) {
	if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.CondWait); !ok {
		return
	}
	r := ofParams(call.Parent())
	if r.how == nothing || c.eff.CondEnds(call.Parent()) {
		return
	}
	c.add(finding{
		kind: noContext, pos: call.Pos(), instr: call, reach: r,
		message: fmt.Sprintf("wait for %s lasts until somebody signals: %s cannot end it", orElse(c.sourceName(call.Pos()), c.describe(valueflow.Recv(call), "a condition")), r.name),
	})
}
