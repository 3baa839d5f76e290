package limits

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// endless is the smallest constant capacity that is no limit: more
// goroutines than that do not fit into the memory of any machine (2 KiB of
// stack each makes 2 GiB, before they do anything).
const endless = 1 << 20

// endlessWeight is the same for weighted semaphores, whose weights may be
// bytes: a budget of a gigabyte is a limit.
const endlessWeight = 1 << 40

// slotBefore looks for a slot that is taken in reg before the site.
func (c *Checker) slotBefore(w *way, reg *region) Limit {
	near := Limit{}
	for _, b := range reg.fn.Blocks {
		if !reg.reach[b] {
			continue
		}
		for _, i := range b.Instrs {
			if i == reg.site {
				continue
			}
			for _, op := range c.Eff.SlotsAt(i) {
				l := c.slot(w, reg, op)
				if l.Kind.Holds() {
					return l
				}
				if l.Kind != None {
					near = l
				}
			}
		}
	}
	return near
}

// slot decides whether op, which is before the site, bounds it.
func (c *Checker) slot(w *way, reg *region, op effects.SlotOp) Limit {
	l := Limit{Kind: Slot, At: op.Instr, Name: c.x.Describe(op.Value), Value: op.Value}
	switch op.Verb {
	case effects.SendSlot, effects.RecvSlot, effects.Take, effects.TryTake:
	default:
		return Limit{}
	}
	if e := w.d.Event; e != nil && e.Instr == op.Instr {
		return Limit{} // what drives the loop is no slot
	}
	if op.Deferred || !op.Sure || !reg.before(op.Instr) || !c.effective(reg, op) {
		return Limit{}
	}
	given := c.givenBack(w, op)
	switch given {
	case nowhere:
		if op.Verb == effects.SendSlot || op.Verb == effects.RecvSlot {
			return Limit{} // a queue or a signal, no slot
		}
	case bySpawner:
		if op.Guess {
			return l
		}
		if op.Verb != effects.Take && op.Verb != effects.TryTake && !c.hasRoom(op) {
			return Limit{} // a rendezvous or stop channel, no semaphore
		}
		l.Kind = EarlyGive
		return l
	}
	if op.Guess {
		return l
	}
	switch {
	case c.madePerEvent(w, op.On):
		l.Kind = PerEvent
	case c.endless(op):
		l.Kind = Unlimited
	}
	return l
}

// effective reports whether getting from op to the site means that op
// succeeded: a select arm must be the one taken unless no other arm leads to
// the site, and the site must not be where a try failed.
func (c *Checker) effective(reg *region, op effects.SlotOp) bool {
	sel, ok := op.Instr.(*ssa.Select)
	if !ok {
		if op.Verb == effects.TryTake || !op.Waits {
			return c.tested(reg, op.Instr)
		}
		return true
	}
	if arm, ok := flowgraph.ArmOf(sel, reg.site.Block()); ok {
		return arm == op.Arm
	}
	for n := range sel.States {
		if b := flowgraph.ArmBlock(sel, n); n != op.Arm && b != nil && reg.leads(sel.Block(), b) {
			return false
		}
	}
	if sel.Blocking {
		return true
	}
	b := flowgraph.ArmBlock(sel, flowgraph.Default)
	return b != nil && !reg.leads(sel.Block(), b)
}

// tested reports whether the bool that a try returned decides whether the
// site is reached.
func (c *Checker) tested(reg *region, try ssa.Instruction) bool {
	v, ok := try.(ssa.Value)
	if !ok {
		return false
	}
	for _, b := range reg.fn.Blocks {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !reg.reach[b] && b != reg.site.Block() {
			continue
		}
		cond, negated := strip(br.Cond)
		if cond != v && !mentions(cond, v) {
			continue
		}
		yes, no := 0, 1
		if negated {
			yes, no = 1, 0
		}
		if reg.leads(b, b.Succs[no]) && !reg.leads(b, b.Succs[yes]) {
			return false // the site is where the try failed
		}
		if reg.leads(b, b.Succs[yes]) && !reg.leads(b, b.Succs[no]) || isErr(cond) {
			return true
		}
	}
	return false
}

func isErr(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	return ok && types.Identical(b.X.Type(), types.Universe.Lookup("error").Type())
}

// mentions reports whether v is an operand of cond, or of what cond extracts.
func mentions(cond, v ssa.Value) bool {
	switch c := cond.(type) {
	case *ssa.BinOp:
		return c.X == v || c.Y == v || mentions(c.X, v)
	case *ssa.Extract:
		return c.Tuple == v
	}
	return false
}

type giver uint8

const (
	nowhere giver = iota
	byGoroutine
	bySpawner
	elsewhere
)

// givenBack finds who gives back what op took.
func (c *Checker) givenBack(w *way, op effects.SlotOp) giver {
	for _, f := range w.s.Bodies {
		if early, ok := c.givesEarly(f, op); ok && early {
			return bySpawner
		}
		if c.givesIn(f, op, 0) || c.givesTicket(f, op) {
			return byGoroutine
		}
	}
	inSpawner := false
	for n, fr := range w.d.Chain {
		reg := w.region(n)
		for _, b := range fr.Fn.Blocks {
			for _, i := range b.Instrs {
				if i == op.Instr || i == fr.Site {
					continue
				}
				for _, g := range c.Eff.SlotsAt(i) {
					if !g.Verb.Undoes(op.Verb) || !g.On.Meets(op.On) {
						continue
					}
					if g.Deferred && reg.loop == nil || reg.has(i) && flowgraph.PostDominates(i, fr.Site) || c.followsIn(reg, i) {
						inSpawner = true
					}
				}
			}
		}
	}
	if inSpawner {
		return bySpawner
	}
	chain := map[*ssa.Function]bool{}
	for _, fr := range w.d.Chain {
		chain[fr.Fn] = true
	}
	for _, f := range c.x.Funcs {
		if chain[f] {
			continue
		}
		if c.givesIn(f, op, 2) {
			if op.Verb == effects.SendSlot && !c.roomy(op.On) {
				continue // a wake-up or a rendezvous
			}
			if op.Verb == effects.RecvSlot && !c.prefilled(op.On) {
				continue
			}
			return elsewhere
		}
	}
	if len(w.s.Bodies) == 0 || w.s.Open {
		if op.Verb == effects.Take || op.Verb == effects.TryTake {
			return elsewhere // the goroutine's code is not visible
		}
	}
	return nowhere
}

// hasRoom reports whether op's channel is made with room. Where its making
// is not visible a send takes a slot, but a receive may wait for anything.
func (c *Checker) hasRoom(op effects.SlotOp) bool {
	made := false
	for k := range op.On {
		if m, ok := k.(*ssa.MakeChan); ok {
			made = true
			if n, isConst := constant(m.Size); !isConst || n > 0 {
				return true
			}
		}
	}
	return !made && op.Verb == effects.SendSlot
}

// roomy reports whether the channel may have room for more than one.
func (c *Checker) roomy(on valueflow.Origins) bool {
	known := false
	for k := range on {
		if m, ok := k.(*ssa.MakeChan); ok {
			known = true
			if n, isConst := constant(m.Size); !isConst || n > 1 {
				return true
			}
		}
	}
	return !known
}

// givesEarly reports whether f itself gives back what op took before it waits
// for anything; ok is false when f does not give it back itself.
func (c *Checker) givesEarly(f *ssa.Function, op effects.SlotOp) (early, ok bool) {
	for _, g := range c.Eff.Of(f).Slots {
		if !g.Verb.Undoes(op.Verb) || !g.On.Meets(op.On) {
			continue
		}
		if g.Deferred {
			return false, true
		}
		before, after := effects.Never, effects.Never
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch {
				case i == g.Instr:
				case flowgraph.Dominates(g.Instr, i):
					after |= c.Eff.WaitsAt(i)
				default:
					before |= c.Eff.WaitsAt(i)
				}
			}
		}
		return before == effects.Never && after != effects.Never, true
	}
	return false, false
}

// givesTicket reports whether f uses what op's call returned, a ticket or
// release function, to give the slot back.
func (c *Checker) givesTicket(f *ssa.Function, op effects.SlotOp) bool {
	call, ok := op.Instr.(*ssa.Call)
	if !ok || call.Call.Signature().Results().Len() == 0 {
		return false
	}
	of := func(v ssa.Value) bool {
		for k := range c.x.Origins(v) {
			if k == call {
				return true
			}
			if e, ok := k.(*ssa.Extract); ok && e.Tuple == call {
				return true
			}
		}
		return false
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			g, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			recv := valueflow.Recv(g)
			if recv != nil && of(recv) || recv == nil && g.Common().StaticCallee() == nil && of(g.Common().Value) {
				return true
			}
		}
	}
	return false
}

// followsIn reports whether i comes after the site on every way around the
// loop.
func (c *Checker) followsIn(reg *region, i ssa.Instruction) bool {
	if reg.loop == nil || !reg.has(i) {
		return false
	}
	return !flowgraph.PathQuery{From: reg.site,
		Barrier: func(j ssa.Instruction) bool { return j == i },
		End:     reg.ends,
	}.Exists()
}

// givesIn reports whether f, or a literal or goroutine inside it, gives back
// what op took.
func (c *Checker) givesIn(f *ssa.Function, op effects.SlotOp, depth int) bool {
	for _, g := range c.Eff.Of(f).Slots {
		if g.Verb.Undoes(op.Verb) && g.On.Meets(op.On) {
			return true
		}
	}
	if depth >= 2 {
		return false
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if s, ok := c.Eff.SpawnAt(i); ok {
				for _, g := range s.Bodies {
					if g != f && c.givesIn(g, op, depth+1) {
						return true
					}
				}
			}
		}
	}
	for _, g := range f.AnonFuncs {
		if c.givesIn(g, op, depth+1) {
			return true
		}
	}
	return false
}

// prefilled reports whether something puts tokens into the channel in a loop
// or as many times as there are sends: a token bucket is filled before use.
func (c *Checker) prefilled(on valueflow.Origins) bool {
	for _, s := range c.x.Senders(on) {
		if c.Finder.Forest(s.Parent()).Innermost(s.Block()) != nil {
			return true
		}
	}
	return false
}

// madePerEvent reports whether every visible place that makes the semaphore
// runs once per event, so that each event has one of its own.
func (c *Checker) madePerEvent(w *way, on valueflow.Origins) bool {
	makers := 0
	for k := range on {
		v, ok := k.(ssa.Value)
		if !ok {
			if _, field := k.(*types.Var); field {
				continue
			}
			return false
		}
		switch v := v.(type) {
		case *ssa.MakeChan:
		case *ssa.Alloc:
			if !holdsLimit(v) {
				continue
			}
		case *ssa.Call:
			if _, ok := apimodel.Find(valueflow.Callee(v), apimodel.NewSemaphore); !ok {
				continue
			}
		default:
			continue
		}
		makers++
		if !w.perEvent(v.(ssa.Instruction)) {
			return false
		}
	}
	return makers > 0
}

// holdsLimit reports whether a is a variable of a semaphore or group type
// held by value, not a cell that holds one made elsewhere.
func holdsLimit(a *ssa.Alloc) bool {
	t := a.Type().(*types.Pointer).Elem()
	if _, ptr := t.Underlying().(*types.Pointer); ptr {
		return false
	}
	r, ok := apimodel.TypeRowOf(t)
	return ok && (r.Is == apimodel.Group || r.Is == apimodel.Semaphore)
}

// perEvent reports whether i runs once per event of the driver: inside its
// loop, or in a function that the loop calls.
func (w *way) perEvent(i ssa.Instruction) bool {
	for n, fr := range w.d.Chain {
		if i.Parent() != fr.Fn {
			continue
		}
		reg := w.region(n)
		if reg.loop != nil {
			return reg.loop.Contains(i.Block())
		}
		// A handler or callee runs anew for each event. Loops over nothing
		// visible (iterators) have no region of their own.
		return n < len(w.d.Chain)-1 || w.d.Loop == nil && w.d.Over == nil
	}
	return false
}

// doneFor reports whether i may run for each event: it does so itself, or
// stands in the goroutine or in what the functions on the way call.
func (w *way) doneFor(i ssa.Instruction) bool {
	f := i.Parent()
	for _, fr := range w.d.Chain {
		if fr.Fn == f {
			return w.perEvent(i)
		}
	}
	reached := map[*ssa.Function]bool{}
	for _, fr := range w.d.Chain {
		w.c.reached(fr.Fn, reached, 1)
	}
	for _, b := range w.s.Bodies {
		w.c.reached(b, reached, 1)
	}
	return reached[f]
}

// endless reports whether op's semaphore was made with a constant size that
// is no limit.
func (c *Checker) endless(op effects.SlotOp) bool {
	sizes, unlimited := 0, 0
	for k := range op.On {
		var size ssa.Value
		switch v := k.(type) {
		case *ssa.MakeChan:
			size = v.Size
		case *ssa.Call:
			row, ok := apimodel.Find(valueflow.Callee(v), apimodel.NewSemaphore)
			if !ok {
				continue
			}
			size = valueflow.Arg(v, row.Arg)
		default:
			continue
		}
		sizes++
		least := int64(endless)
		if _, weighted := k.(*ssa.Call); weighted {
			least = endlessWeight
		}
		if n, ok := constant(size); ok && n >= least {
			unlimited++
		}
	}
	return sizes > 0 && sizes == unlimited
}

// constant returns the value of an integer constant.
func constant(v ssa.Value) (int64, bool) {
	if cv, ok := v.(*ssa.Convert); ok {
		v = cv.X
	}
	k, ok := v.(*ssa.Const)
	if !ok || k.Value == nil {
		return 0, false
	}
	if b, ok := k.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
		return 0, false
	}
	return k.Int64(), true
}
