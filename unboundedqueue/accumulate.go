package unboundedqueue

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// An accumulator is a local slice that each round of a loop appends to and
// that no round empties.
type accumulator struct {
	phi     *ssa.Phi
	loop    *flowgraph.Loop
	appends []*ssa.Call
	of      map[ssa.Value]bool // the slice, in all its versions
}

// accumulations reports local slices of f that grow with what a peer sends
// until the peer says that it has done.
func (c *checker) accumulations(f *ssa.Function) {
	for _, l := range c.finder.Forest(f).All() {
		for _, i := range l.Header.Instrs {
			phi, ok := i.(*ssa.Phi)
			if !ok {
				break
			}
			if _, ok := phi.Type().Underlying().(*types.Slice); !ok || isByte(phi.Type().Underlying().(*types.Slice).Elem()) {
				continue // bytes are a matter of reading
			}
			if a := accumulates(phi, l); a != nil {
				c.accumulated(a)
			}
		}
	}
}

// accumulates returns the accumulator that phi, at the head of l, is; nil
// where some round starts again, or nothing is appended.
func accumulates(phi *ssa.Phi, l *flowgraph.Loop) *accumulator {
	a := &accumulator{phi: phi, loop: l, of: map[ssa.Value]bool{phi: true}}
	for n, e := range phi.Edges {
		if l.Contains(phi.Block().Preds[n]) && !a.kept(e, 0) {
			return nil
		}
	}
	if len(a.appends) == 0 {
		return nil
	}
	return a
}

// kept reports whether v, at the end of a round, is the slice with what was
// in it before.
func (a *accumulator) kept(v ssa.Value, depth int) bool {
	if a.of[v] {
		return true
	}
	if depth > 8 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Phi:
		a.of[v] = true
		for _, e := range v.Edges {
			if !a.kept(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		if !ok || b.Name() != "append" || !a.loop.Contains(v.Block()) || !a.kept(v.Call.Args[0], depth+1) {
			return false
		}
		a.of[v] = true
		a.appends = append(a.appends, v)
		return true
	}
	return false
}

func (c *checker) accumulated(a *accumulator) {
	for _, call := range a.appends {
		if c.rep.Skips(call.Pos()) || c.finder.Forest(call.Parent()).Innermost(call.Block()) != a.loop {
			continue
		}
		if n := a.trips(); n != nil {
			if c.sumUnchecked(a, call, n) {
				return
			}
			continue
		}
		if a.compared() {
			return
		}
		for _, d := range c.driversOf(call) {
			if len(d.Chain) != 1 || d.Loop != a.loop || d.Kind != loops.Receives || d.Who != peer.Peer || d.Event.Accept {
				continue
			}
			if c.limits.OfSite(call, d).Kind != limits.None || !c.sentFreely(d.Event.Instr) {
				continue
			}
			c.addAccumulated(a, call, &d, fmt.Sprintf("peers decide how many there are before %s goes on, nothing bounds it", call.Parent().Name()))
			return
		}
	}
}

func (c *checker) addAccumulated(a *accumulator, call *ssa.Call, d *loops.Driver, why string) {
	var ev evidence
	unit := "element"
	if d != nil {
		ev.chain(*d)
		if d.Unit != "" {
			unit = string(d.Unit)
		}
	}
	name := a.phi.Comment
	if name == "" {
		name = "in the loop"
	}
	c.add(verdict{kind: queueKind, instr: call, driver: d, related: ev,
		message: fmt.Sprintf("slice %s grows with each %s: %s", name, unit, why)})
}

// trips returns what the number of rounds is compared with, nil for loops
// that only their body ends.
func (a *accumulator) trips() ssa.Value {
	for _, b := range a.loop.Blocks() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !loops.IsTrip(br, a.loop) {
			continue
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok {
			return br.Cond // a range
		}
		if !a.sums(cmp.X) && !a.sums(cmp.Y) {
			return cmp.Y
		}
	}
	return nil
}

// sums reports whether v is a number to which each round adds one that is not
// constant: a sum, and not the count of the rounds.
func (a *accumulator) sums(v ssa.Value) bool {
	if cv, ok := v.(*ssa.Convert); ok {
		v = cv.X
	}
	if add, ok := v.(*ssa.BinOp); ok && add.Op == token.ADD {
		_, one := add.Y.(*ssa.Const)
		return !one && a.measures(add.X, 0)
	}
	phi, ok := v.(*ssa.Phi)
	if !ok || phi.Block() != a.loop.Header {
		return false
	}
	for _, e := range phi.Edges {
		if add, ok := e.(*ssa.BinOp); ok && add.Op == token.ADD {
			if _, one := add.Y.(*ssa.Const); !one {
				return true
			}
		}
	}
	return false
}

// compared reports whether the loop compares the length of the slice, or a
// number that it adds to in each round, with anything.
func (a *accumulator) compared() bool {
	for _, b := range a.loop.Blocks() {
		for _, i := range b.Instrs {
			cmp, ok := i.(*ssa.BinOp)
			if !ok {
				continue
			}
			if (ordered(cmp.Op) || cmp.Op == token.EQL) && (a.measures(cmp.X, 0) || a.measures(cmp.Y, 0)) {
				return true
			}
		}
	}
	return false
}

// measures reports whether v is the length of the slice or a running total.
func (a *accumulator) measures(v ssa.Value, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Convert:
		return a.measures(v.X, depth+1)
	case *ssa.BinOp:
		return (v.Op == token.ADD || v.Op == token.SUB) && (a.measures(v.X, depth+1) || a.measures(v.Y, depth+1))
	case *ssa.Phi:
		b, ok := v.Type().Underlying().(*types.Basic)
		return ok && b.Info()&types.IsInteger != 0 && (v.Block() == a.loop.Header || depth < 4 && a.measuresAny(v.Edges, depth+1))
	case *ssa.UnOp: // a counter in a field or captured variable
		return v.Op == token.MUL && stepped(v.X, a.loop)
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "len" && a.of[v.Call.Args[0]]
	}
	return false
}

func (a *accumulator) measuresAny(vs []ssa.Value, depth int) bool {
	for _, v := range vs {
		if a.measures(v, depth) {
			return true
		}
	}
	return false
}

// stepped reports whether the loop stores a sum or difference at addr.
func stepped(addr ssa.Value, l *flowgraph.Loop) bool {
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			st, ok := i.(*ssa.Store)
			if !ok || !sameTo(st.Addr, addr, 0) {
				continue
			}
			if sum, ok := st.Val.(*ssa.BinOp); ok && (sum.Op == token.ADD || sum.Op == token.SUB) {
				return true
			}
		}
	}
	return false
}

// sentFreely reports whether what the call reads is sent by a peer that the
// program has not chosen, without a limit on the bytes.
func (c *checker) sentFreely(i ssa.Instruction) bool {
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fd := c.eff.Streams()
	for _, a := range call.Common().Args {
		if !reads(a.Type()) {
			continue
		}
		for _, s := range fd.Of(a, i) {
			if freely(fd, s) {
				return true
			}
		}
	}
	if call.Common().IsInvoke() {
		for _, s := range fd.Of(call.Common().Value, i) {
			if freely(fd, s) {
				return true
			}
		}
	}
	return false
}

// freely is about one source. The body of a request is left to whoever asks
// for a limit on that.
func freely(fd *streams.Finder, s streams.Source) bool {
	return fd.Decides(s) && !s.Chosen && (s.Kind == streams.Conn || s.Kind == streams.Message)
}

// reads reports whether a value of the type may be a reader.
func reads(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer:
		return true
	}
	return false
}
