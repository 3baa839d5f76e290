package semwait

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// unended reports a wait for a slot that nothing but the slot can end, where
// something that could is in reach: holders wait for peers, and so the wait
// lasts as long as peers like.
func (c *checker) unended(a *acquire) {
	if !a.op.Waits || a.op.Ended || a.op.Verb == effects.TryTake {
		return
	}
	r := c.inReach(a.op.Instr)
	if r.how == nothing {
		return
	}
	t := c.tenure(a)
	if !c.shared(a) {
		// Slots of one call: its own goroutines hold them, and whoever waits
		// is whoever they work for.
		if t.waits&effects.Network == 0 || t.obeys || t.timed || r.how == aDone {
			return
		}
	} else if !c.mayLast(a, t) {
		return
	}
	who := "holders that wait for peers"
	if t.waits&effects.Network == 0 {
		who = "requests that hold one"
	}
	c.add(finding{
		kind: noContext, pos: a.op.Instr.Pos(), acquire: a, reach: r,
		message: fmt.Sprintf("wait for a slot of %s lasts as long as %s: %s cannot end it", a.name, who, r.name),
		related: c.evidence(a),
	})
}

// mayLast reports whether a's slot may be held for as long as a peer likes:
// its holder waits for a peer without a time limit, or serves a request with
// code that is not seen to be short.
func (c *checker) mayLast(a *acquire, t tenure) bool {
	if t.timed && !c.obeysElsewhere(a) {
		return false
	}
	if t.waits&effects.Network != 0 {
		return true
	}
	return t.waits != effects.Never && c.serves(a.op.Instr)
}

// obeysElsewhere reports whether another wait of the function ends with a
// context: then this one was forgotten.
func (c *checker) obeysElsewhere(a *acquire) bool {
	for _, b := range a.fn.Blocks {
		for _, i := range b.Instrs {
			sel, ok := i.(*ssa.Select)
			if !ok || !sel.Blocking || i == a.op.Instr {
				continue
			}
			for _, s := range sel.States {
				if call, ok := s.Chan.(*ssa.Call); ok && call.Call.IsInvoke() && isContext(call.Call.Value.Type()) {
					return true
				}
			}
		}
	}
	return false
}

// shared reports whether several calls, connections or requests compete for
// a's slots: they are a field's or global's, or were made outside the
// handler that takes them.
func (c *checker) shared(a *acquire) bool {
	on := a.on
	if call, ok := a.op.Instr.(ssa.CallInstruction); ok {
		if recv := valueflow.Recv(call); recv != nil {
			on = c.x.Origins(recv)
			for k := range c.x.PlaceOf(recv) {
				if isShared(k) {
					return true
				}
			}
		}
	}
	for k := range on {
		if isShared(k) {
			return true
		}
	}
	// func limit(n int) func(http.Handler) http.Handler { sem := make(...)
	for k := range on {
		v, ok := k.(ssa.Instruction)
		if ok && v.Parent() != nil && v.Parent() != a.fn && c.isHandler(a.fn) {
			return true
		}
	}
	return false
}

func isShared(place any) bool {
	switch place.(type) {
	case *types.Var, *ssa.Global, string:
		return true
	}
	return false
}

// isHandler reports whether f itself is called once per request of a peer.
func (c *checker) isHandler(f *ssa.Function) bool {
	for _, p := range f.Params {
		if r, ok := apimodel.TypeRowOf(p.Type()); ok && r.Is == apimodel.HandlerParam {
			return true
		}
	}
	return false
}

// serves reports whether a peer decides how often i is executed.
func (c *checker) serves(i ssa.Instruction) bool {
	for _, d := range c.drivers(i) {
		if d.Who == peer.Peer {
			return true
		}
	}
	return false
}

func (c *checker) drivers(i ssa.Instruction) []loops.Driver { return c.finder.Drivers(i) }

// evidence points at where the slot is given back.
func (c *checker) evidence(a *acquire) []analysis.RelatedInformation {
	for _, r := range a.releases {
		if p := r.Pos(); p.IsValid() {
			return []analysis.RelatedInformation{{Pos: p, End: p + 1, Message: "the slot is held until here"}}
		}
	}
	return nil
}

// onBackground reports a wait that could end with a context and is given one
// that never ends.
func (c *checker) onBackground(a *acquire) {
	call, ok := a.op.Instr.(*ssa.Call)
	if !ok || !a.op.Waits || a.op.Verb == effects.TryTake {
		return
	}
	root := c.rootContext(call)
	if root == "" || !c.shared(a) {
		return
	}
	t := c.tenure(a)
	if t.timed || t.waits == effects.Never {
		return
	}
	r := c.inReach(call)
	if r.how == nothing && !c.serves(call) && !isToDo(root) {
		return
	}
	if r.how == aDone && t.waits&effects.Network == 0 && !c.serves(call) {
		return
	}
	c.add(finding{
		kind: background, pos: call.Pos(), acquire: a, reach: r,
		message: fmt.Sprintf("wait for a slot of %s is on %s: it goes on when whoever asked has gone", a.name, root),
		related: c.evidence(a),
	})
}

// isToDo reports whether the root is the one that says of itself that it is
// to be replaced.
func isToDo(root string) bool { return root == "context.TODO()" }

// rootContext returns the call that made the context that call waits on, if
// nobody can end it: context.Background or TODO without a deadline or cancel
// on the way. It returns "" otherwise, and for nil arguments.
func (c *checker) rootContext(call ssa.CallInstruction) string {
	for _, arg := range valueflow.Args(call) {
		if !isContext(arg.Type()) {
			continue
		}
		root, other := "", false
		complete := c.x.Walk(arg, valueflow.Options{Through: true}, func(v ssa.Value) bool {
			var made *ssa.Call
			switch v := v.(type) {
			case *ssa.Call:
				made = v
			case *ssa.Extract:
				made, _ = v.Tuple.(*ssa.Call)
				other = other || made == nil
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.UnOp, *ssa.Alloc, *ssa.FreeVar, *ssa.FieldAddr:
				return true
			case *ssa.Global, *ssa.Const, *ssa.Lookup, *ssa.TypeAssert:
				other = true
			case *ssa.Parameter:
				if len(c.x.Callers(v.Parent())) == 0 || v.Parent().Object() != nil && v.Parent().Object().Exported() {
					other = true
				}
			}
			if made == nil {
				return true
			}
			fn := valueflow.Callee(made)
			switch {
			case fn == nil:
				other = true
			case isRoot(fn):
				root = "context." + fn.Name() + "()"
			case endsEarlier(fn):
				other = true
			case len(apimodel.FuncRows(fn)) == 0 && len(c.x.StaticBodies(made)) == 0:
				other = true
			}
			return true
		})
		if !complete || other {
			return ""
		}
		return root
	}
	return ""
}

// endsEarlier reports whether the context that fn returns may end before its
// parent.
func endsEarlier(fn *types.Func) bool {
	if _, ok := apimodel.Find(fn, apimodel.Deadline); ok {
		return true
	}
	if fn.Signature().Results().Len() == 2 { // with a cancel function, or of a group
		return true
	}
	return false
}

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
		kind: noContext, pos: s.Pos(), reach: r,
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
