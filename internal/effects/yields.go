package effects

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// yieldOf returns what one call of f receives from a peer. A function that
// receives in a loop and returns nothing of it serves a peer, and yields
// nothing.
func (r *Result) yieldOf(f *ssa.Function) *Event {
	loops := r.forests.Of(f)
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
func receivesByName(f *ssa.Function) bool { return receivesName(f.Name()) }

func receivesName(name string) bool {
	name = strings.ToLower(name)
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

// AskedFor reports whether what i waits for is an answer: its function has
// sent something before, on every way to i.
func (r *Result) AskedFor(i ssa.Instruction) bool {
	found := false
	instructions(i.Parent(), func(j ssa.Instruction) bool {
		if call, ok := j.(*ssa.Call); ok && j != i && flowgraph.Dominates(j, i) {
			fn := valueflow.Callee(call)
			found = fn != nil && sends(fn, call)
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
	case name == "Send":
		// A stream that a client opened: it can end its side.
		recv := valueflow.Recv(call)
		if recv == nil {
			return false
		}
		obj, _, _ := types.LookupFieldOrMethod(recv.Type(), true, nil, "CloseSend")
		_, client := obj.(*types.Func)
		return client
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

// yieldsFrom returns the parameter of f, a reader, that one call of f receives
// a unit from; ok is false for other functions. Whether a peer is behind the
// reader is for the caller to say.
func (r *Result) yieldsFrom(f *ssa.Function) (param int, ok bool) {
	if !receivesByName(f) || r.asks(f, 0) {
		return 0, false
	}
	loops := r.forests.Of(f)
	instructions(f, func(i ssa.Instruction) bool {
		call, isCall := i.(*ssa.Call)
		if !isCall || loops.Innermost(i.Block()) != nil && !yieldsValue(f) || !reachesReturn(f, &Event{Instr: i, Arm: noArm}) {
			return true
		}
		if p := r.readerParam(r.readFrom(call), f); p != nil {
			param, ok = paramIndex(p), true
		}
		return !ok
	})
	return param, ok
}

// readFrom returns the reader that the call takes what it returns from, nil
// for other calls.
func (r *Result) readFrom(call *ssa.Call) ssa.Value {
	fn := valueflow.Callee(call)
	if row, ok := apimodel.Find(fn, apimodel.ReceiveFrom); ok {
		return valueflow.Arg(call, row.Arg)
	}
	if fs := r.Index().StaticBodies(call); len(fs) > 0 {
		if n := r.Of(fs[0]).YieldsFrom; n > 0 {
			return valueflow.Arg(call, n-1)
		}
		return nil
	}
	if f, ok := r.fact(fn); ok && f.YieldsFrom > 0 {
		return valueflow.Arg(call, f.YieldsFrom-1)
	}
	if recv := valueflow.Recv(call); recv != nil && fn != nil && fn.Name() == "Read" {
		return recv
	}
	return nil
}

// readerParam returns the parameter of f, a reader, that v reads from.
func (r *Result) readerParam(v ssa.Value, f *ssa.Function) (p *ssa.Parameter) {
	if v == nil {
		return nil
	}
	r.Index().Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		if q, ok := v.(*ssa.Parameter); ok && q.Parent() == f && reads(q.Type()) && paramIndex(q) >= 0 {
			p = q
		}
		return p == nil
	})
	return p
}

// reads reports whether values of type t have a Read method.
func reads(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Read")
	_, ok := obj.(*types.Func)
	return ok
}

// yieldsFromArg makes e what the call of a function of another package
// receives from the reader that is its argument n, and reports whether it is
// known whose bytes those are.
func (r *Result) yieldsFromArg(c *ssa.Call, n int, e *Event) bool {
	from := valueflow.Arg(c, n)
	if from == nil {
		return false
	}
	s, ok := peer.ReadsFrom(r.Index(), from)
	if !ok {
		return false
	}
	e.Who, e.Unit = s.Who, apimodel.Message
	if name := r.Index().Describe(from); name != "" {
		e.From = name
	}
	return true
}
