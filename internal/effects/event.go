package effects

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// An Event is what makes code go on: a peer connected, a message came, a
// channel had an element, the clock ticked.
type Event struct {
	Instr ssa.Instruction
	Who   peer.Decider // Peer, Input; Unknown for elements of a channel
	Unit  apimodel.Unit
	// Accept: the unit is a connection, stream, session or channel that a
	// peer opened.
	Accept bool
	// Tick: the clock decides.
	Tick bool
	// Gated: the channel is nil at times, so that nothing is received then.
	Gated bool
	// Capped: the protocol below bounds how many units are open at once.
	Capped bool
	// Chan is the channel for elements of unknown origin, nil otherwise.
	Chan ssa.Value
	// Arm is the select arm, flowgraph.Default-1 where Instr is no select.
	Arm int
	// From names what it was received from, "" where that has no name.
	From string
	// Value is the received value or tuple, nil where there is none.
	Value ssa.Value
}

// noArm marks events of instructions other than select.
const noArm = flowgraph.Default - 1

// Dominates reports whether block b is only reached after the event.
func (e *Event) Dominates(b *ssa.BasicBlock) bool {
	if e.Arm != noArm {
		arm, ok := flowgraph.ArmOf(e.Instr.(*ssa.Select), b)
		return ok && arm == e.Arm
	}
	return e.Instr.Block().Dominates(b)
}

// EventsAt returns the events that executing i waits for; none for most
// instructions, one per receiving arm for a select.
func (r *Result) EventsAt(i ssa.Instruction) []Event {
	switch i := i.(type) {
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return one(r.received(i, i.X, noArm, i))
		}
	case *ssa.Select:
		var es []Event
		for n, s := range i.States {
			if s.Dir == types.RecvOnly {
				es = append(es, r.received(i, s.Chan, n, i))
			}
		}
		return es
	case *ssa.Call:
		if e, ok := r.eventOfCall(i); ok {
			return one(e)
		}
	}
	return nil
}

func one(e Event) []Event { return []Event{e} }

// received classifies an element of channel ch by its type.
func (r *Result) received(i ssa.Instruction, ch ssa.Value, arm int, v ssa.Value) Event {
	e := Event{Instr: i, Arm: arm, From: r.Index().Describe(ch), Value: v}
	elem := ch.Type().Underlying().(*types.Chan).Elem()
	e.Gated = mayBeNil(ch)
	if isTime(elem) {
		e.Tick = true
		return e
	}
	if u, ok := peer.IsMessage(elem); ok {
		e.Who, e.Unit = peer.Peer, u
		e.Accept = isAccepted(u)
		return e
	}
	e.Chan = ch
	return e
}

// mayBeNil reports whether ch is set to nil on some path just before: the
// idiom that turns an input off.
func mayBeNil(ch ssa.Value) bool {
	p, ok := ch.(*ssa.Phi)
	if !ok {
		return false
	}
	for _, e := range p.Edges {
		if k, ok := e.(*ssa.Const); ok && k.Value == nil {
			return true
		}
	}
	return false
}

// isAccepted reports whether the unit is one that stays open.
func isAccepted(u apimodel.Unit) bool {
	switch u {
	case apimodel.Connection, apimodel.Stream, apimodel.Session, apimodel.Channel:
		return true
	}
	return false
}

func isTime(t types.Type) bool {
	_, named := types.Unalias(t).(*types.Named)
	return named && apimodel.IsClass(t, apimodel.Instant)
}

// eventOfCall classifies a call by table, body, fact and form, in this order.
func (r *Result) eventOfCall(c *ssa.Call) (Event, bool) {
	e := Event{Instr: c, Arm: noArm, Value: c}
	if recv := valueflow.Recv(c); recv != nil {
		e.From = r.Index().Describe(recv)
	}
	fn := valueflow.Callee(c)
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.BlockTime:
			e.Tick, e.From = true, callName(fn)
			return e, true
		case apimodel.Accept:
			e.Who, e.Unit, e.Accept, e.Capped = peer.Peer, row.Unit, true, row.Capped
			return e, true
		case apimodel.Receive:
			e.Who, e.Unit = peer.Peer, row.Unit
			return e, true
		case apimodel.ReceiveFrom:
			from := valueflow.Arg(c, row.Arg)
			if s, ok := peer.ReadsFrom(r.Index(), from); ok {
				e.Who, e.Unit = s.Who, row.Unit
				if n := r.Index().Describe(from); n != "" {
					e.From = n
				}
				return e, true
			}
			if row.Unit == apimodel.RowUnit {
				e.Who, e.Unit = peer.Input, row.Unit
				return e, true
			}
			return e, false
		}
	}
	fs, open := r.Index().Callees(c)
	for _, f := range fs {
		if y := r.Of(f).Yields; y != nil {
			inner := *y
			inner.Instr, inner.Arm, inner.Value = c, noArm, c
			if e.From != "" {
				inner.From = e.From
			}
			return inner, true
		}
	}
	if len(fs) > 0 && !open {
		return e, false // every body is visible: names do not decide
	}
	if inner, ok := r.agreed(c); ok {
		inner.Instr, inner.Arm, inner.Value = c, noArm, c
		if e.From != "" {
			inner.From = e.From
		}
		return inner, true
	}
	if f, ok := r.fact(fn); ok {
		if f.Unit != "" {
			e.Who, e.Unit, e.Accept = peer.Peer, apimodel.Unit(f.Unit), f.Accepts
			return e, true
		}
		if _, accepts := peer.AcceptShape(fn); !accepts {
			return e, false
		}
	}
	if u, ok := peer.AcceptShape(fn); ok {
		e.Who, e.Unit, e.Accept = peer.Peer, u, true
		return e, true
	}
	return e, r.readsConn(c, fn, &e)
}

// agreed returns what every implementation of an interface of this package
// receives, where none of them is certain to be the one that c calls.
func (r *Result) agreed(c *ssa.Call) (e Event, ok bool) {
	for _, f := range r.Index().Implementations(c) {
		y := r.Of(f).Yields
		if y == nil {
			return Event{}, false
		}
		e, ok = *y, true
	}
	return e, ok
}

func callName(fn *types.Func) string { return fn.Pkg().Name() + "." + fn.Name() }

// readsConn recognises Read-like methods of connection types that no table
// has: types that embed net.Conn, or are interfaces of the package.
func (r *Result) readsConn(c *ssa.Call, fn *types.Func, e *Event) bool {
	recv := valueflow.Recv(c)
	if fn == nil || recv == nil {
		return false
	}
	switch fn.Name() {
	case "Read", "ReadMessage", "NextReader", "ReadJSON", "ReadPacket":
		if peer.IsConn(recv.Type()) {
			e.Who, e.Unit = peer.Peer, apimodel.Message
			if fn.Name() == "Read" {
				e.Unit = apimodel.Bytes
			}
			return true
		}
	case "ReadFrom", "ReadFromUDP", "ReadMsg", "RecvFrom":
		if peer.IsPacketConn(recv.Type()) {
			e.Who, e.Unit = peer.Peer, apimodel.Datagram
			return true
		}
	}
	return false
}

// yieldOf returns what one call of f receives from a peer. A function that
// receives in a loop and returns nothing of it serves a peer, and yields
// nothing.
func (r *Result) yieldOf(f *ssa.Function) *Event {
	loops := flowgraph.Loops(f)
	var best *Event
	instructions(f, func(i ssa.Instruction) bool {
		for _, e := range r.EventsAt(i) {
			if e.Who < peer.Input || e.Tick || e.Instr == nil {
				continue
			}
			if loops.Innermost(i.Block()) != nil && !yieldsValue(f) {
				continue
			}
			if !reachesReturn(f, &e) {
				continue
			}
			if !e.Accept && (r.asks(f, 0) || !receivesByName(f)) {
				continue // the answer to a question of ours, or a part of something larger
			}
			if e.Accept && !returnsOpen(f) {
				continue // accepted and served here: one call, one unit served
			}
			if best == nil || e.Accept && !best.Accept {
				best = &e
			}
		}
		return true
	})
	return best
}

// receivesByName reports whether f is called what a function that returns
// one unit is called. Whatever talks to a peer reads at some depth; only
// where the call stands for the read does it drive its caller's loop.
func receivesByName(f *ssa.Function) bool {
	name := strings.ToLower(f.Name())
	for _, p := range []string{"read", "recv", "receive", "next", "decode", "scan", "fetch", "accept", "poll", "parse", "wait", "listen", "pop", "get", "pull", "consume"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// asks reports whether f sends something itself, to a peer that it dials or
// writes to: what it then receives is an answer, and comes no more often
// than the question.
func (r *Result) asks(f *ssa.Function, depth int) bool {
	found := false
	instructions(f, func(i ssa.Instruction) bool {
		call, ok := i.(*ssa.Call)
		if !ok {
			return true
		}
		fn := valueflow.Callee(call)
		if fn != nil && sends(fn, call) {
			found = true
			return false
		}
		if depth < 3 {
			for _, g := range r.Index().StaticBodies(call) {
				found = found || r.asks(g, depth+1)
			}
		}
		return !found
	})
	return found
}

// sends reports whether the call of fn dials or writes to a peer.
func sends(fn *types.Func, call *ssa.Call) bool {
	name := fn.Name()
	switch {
	case strings.HasPrefix(name, "Dial"), name == "RoundTrip", name == "Do":
		_, net := apimodel.Find(fn, apimodel.BlockNet)
		return net
	case strings.HasPrefix(name, "Write"), name == "Flush", name == "Encode":
		recv := valueflow.Recv(call)
		if recv == nil {
			return false
		}
		_, net := apimodel.Find(fn, apimodel.BlockNet)
		return net || peer.IsConn(recv.Type()) || peer.IsPacketConn(recv.Type())
	}
	return false
}

// yieldsValue reports whether f has a result besides errors and flags.
func yieldsValue(f *ssa.Function) bool {
	res := f.Signature.Results()
	for v := range res.Variables() {
		t := v.Type()
		if types.Identical(t, types.Universe.Lookup("error").Type()) {
			continue
		}
		if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
			continue
		}
		return true
	}
	return false
}

// returnsOpen reports whether f's first result is a thing that stays open:
// it has a Close method or is a connection or unit of input by type.
func returnsOpen(f *ssa.Function) bool {
	res := f.Signature.Results()
	if res.Len() == 0 {
		return false
	}
	t := res.At(0).Type()
	if _, ok := peer.IsMessage(t); ok {
		return true
	}
	for m := range types.NewMethodSet(types.Unalias(t)).Methods() {
		if m.Obj().Name() == "Close" || m.Obj().Name() == "CloseWithError" {
			return true
		}
	}
	return false
}

// reachesReturn reports whether a return of f is only reached after e.
func reachesReturn(f *ssa.Function, e *Event) bool {
	for _, b := range f.Blocks {
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && e.Dominates(b) {
			return true
		}
	}
	return false
}
