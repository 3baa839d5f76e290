package semwait

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// slotHeld reports a slot that others need and that is held while a peer is
// read from without a deadline: peers that send nothing hold them all.
func (c *checker) slotHeld(a *acquire) {
	if !c.shared(a) && !c.servesBeyond(a.op.Instr) || c.limitsConns(a) {
		return
	}
	t := c.tenure(a)
	for _, call := range t.calls {
		if c.setsReadDeadline(call, 0) {
			return // one that ends writes, or a context, ends no read
		}
	}
	for _, call := range t.calls {
		from, at := c.readsPeer(call, 0)
		kept := false
		if from == nil && c.bodiesUntimed() {
			from, at = c.readsBody(call, 0)
			kept = true // to read it before, or to give it time, is for the project to say
		}
		if from == nil || c.deadlineAround(a, from) {
			continue
		}
		if !c.servesBeyond(a.op.Instr) {
			return
		}
		c.add(finding{
			kind: slotHeld, pos: at.Pos(), acquire: a, conn: from, kept: kept,
			message: fmt.Sprintf("slot of %s is held while %s is read without a deadline: peers that send nothing hold them all", a.name, c.describe(from, "a peer")),
			related: related(a.op.Instr.Pos(), "the slot is taken here"),
		})
		return
	}
}

// limitsConns reports whether a takes the slot in a loop that accepts, of a
// semaphore that the loop's function makes: how many connections there may be
// is all that it says, and idle ones count.
func (c *checker) limitsConns(a *acquire) bool {
	own := false
	for k := range a.op.On {
		m, ok := k.(*ssa.MakeChan)
		own = own || ok && m.Parent() == a.fn
	}
	return own && slices.ContainsFunc(c.drivers(a.op.Instr), func(d loops.Driver) bool { return d.Kind == loops.Accepts && len(d.Chain) == 1 })
}

const maxReadDepth = 3

// readsPeer returns what call reads from, if it is a peer's connection or
// stream: by itself, or in the functions of the package that it calls. at is
// the last call on the way that is given the connection as what it is: a
// deadline belongs in front of it.
func (c *checker) readsPeer(call ssa.CallInstruction, depth int) (from ssa.Value, at ssa.CallInstruction) {
	if v := c.readsDirectly(call); v != nil {
		return v, call
	}
	if depth == maxReadDepth {
		return nil, nil
	}
	for _, f := range c.x.StaticBodies(call) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				inner, ok := i.(*ssa.Call)
				if !ok {
					continue
				}
				if v, at := c.readsPeer(inner, depth+1); v != nil {
					if !givenConn(at) {
						at = call
					}
					return v, at
				}
			}
		}
	}
	return nil, nil
}

// givenConn reports whether the call is given a connection whose type says
// that it is one: as receiver or argument.
func givenConn(call ssa.CallInstruction) bool {
	for _, v := range append([]ssa.Value{valueflow.Recv(call)}, valueflow.Args(call)...) {
		if v = unboxed(v); v != nil && isPeerConn(v.Type()) {
			return true
		}
	}
	return false
}

// readsDirectly returns the connection or stream that the call itself waits
// for bytes of, nil for none.
func (c *checker) readsDirectly(call ssa.CallInstruction) ssa.Value {
	fn := valueflow.Callee(call)
	if fn == nil {
		return nil
	}
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.ReadAll, apimodel.ReceiveFrom, apimodel.ReadLine, apimodel.Decode:
			if from := valueflow.Arg(call, row.Arg); from != nil {
				return c.conn(from)
			}
		case apimodel.Receive:
			if recv := valueflow.Recv(call); recv != nil && row.Arg == apimodel.Recv {
				return c.conn(recv)
			}
		}
	}
	switch fn.Name() {
	case "Read", "ReadMessage", "ReadJSON", "NextReader":
		if recv := valueflow.Recv(call); recv != nil {
			return c.conn(recv)
		}
	case "ReadFull", "ReadAtLeast":
		if r := valueflow.Arg(call, 0); r != nil && fn.Signature().Recv() == nil {
			return c.conn(r)
		}
	}
	return nil
}

// conn returns the connection or stream that the reader v reads from, if a
// peer has opened it: it was accepted, or is handed in by who knows whom. A
// connection that the program has dialled is another matter.
func (c *checker) conn(v ssa.Value) ssa.Value {
	var found ssa.Value
	accepted, dialled := false, false
	c.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if found == nil && isPeerConn(v.Type()) {
			found = v
		}
		call, ok := v.(*ssa.Call)
		if e, isExtract := v.(*ssa.Extract); isExtract {
			call, ok = e.Tuple.(*ssa.Call)
		}
		if ok {
			opened := false
			for _, e := range c.eff.EventsAt(call) {
				opened = opened || e.Accept
			}
			accepted = accepted || opened
			dialled = dialled || !opened && isPeerConn(v.Type()) && len(c.x.StaticBodies(call)) == 0 && !wraps(call)
		}
		if p, ok := v.(*ssa.Parameter); ok && len(c.x.Callers(p.Parent())) == 0 {
			accepted = true
		}
		return true
	})
	if found == nil || !accepted || dialled {
		return nil
	}
	return found
}

// wraps reports whether the result of the call speaks for an argument.
func wraps(call *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(call), apimodel.Wrap)
	return ok
}

// isPeerConn reports whether t is a connection or stream that peers send on,
// by the tables or by embedding net.Conn, and deadlines can be set on it.
func isPeerConn(t types.Type) bool {
	if !peer.IsConn(t) {
		if r, ok := apimodel.TypeRowOf(t); !ok || r.Is != apimodel.Conn {
			return false
		}
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "SetReadDeadline")
	_, ok := obj.(*types.Func)
	return ok
}

// holdAndWait reports a slot that is taken while one of the same semaphore
// is held: as many holders as there are slots wait for each other.
func (c *checker) holdAndWait(a *acquire) {
	w := &walk{c: c, a: a}
	w.visit = func(i ssa.Instruction) {
		if _, deferred := i.(*ssa.Defer); deferred || !mayAcquire(i) {
			return
		}
		ops := c.eff.SlotsAt(i)
		for _, op := range ops {
			if op.Verb != a.op.Verb || !op.Waits || !op.Sure || !op.On.Meets(a.on) || !c.shared(a) {
				continue
			}
			c.add(finding{
				kind: holdAndWait, pos: i.Pos(), acquire: a,
				message: fmt.Sprintf("slot of %s is waited for while one is held: holders wait for each other when all are out", a.name),
				related: related(a.op.Instr.Pos(), "the first slot is taken here"),
			})
			return
		}
	}
	w.run()
}
