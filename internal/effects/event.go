package effects

import (
	"go/token"
	"go/types"

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
	// Roomy: what was accepted takes some bytes before its peer has read any.
	Roomy bool
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
			e.Roomy = row.Roomy
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
			e.Who, e.Unit, e.Accept, e.Roomy = peer.Peer, apimodel.Unit(f.Unit), f.Accepts, f.Roomy
			return e, true
		}
		if f.YieldsFrom > 0 && r.yieldsFromArg(c, f.YieldsFrom-1, &e) {
			return e, true
		}
		if _, accepts := peer.AcceptShape(fn); !accepts {
			return e, false
		}
	}
	if u, ok := peer.AcceptShape(fn); ok {
		e.Who, e.Unit, e.Accept = peer.Peer, u, true
		e.Roomy = true // most have a window of their own to begin with
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
