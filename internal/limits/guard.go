package limits

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// guardBefore looks for a test in reg that lets only some events through to
// the site and whose condition is a count, a flag, a key or the clock.
func (c *Checker) guardBefore(w *way, reg *region) Limit {
	near := Limit{}
	for _, b := range reg.fn.Blocks {
		if !reg.reach[b] {
			continue
		}
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || b == reg.site.Block() {
			continue
		}
		if reg.leads(b, b.Succs[0]) == reg.leads(b, b.Succs[1]) {
			continue // does not decide whether the site is reached
		}
		if c.countsRounds(br) {
			continue
		}
		l := c.guard(w, reg, br.Cond)
		if l.Kind.Holds() {
			l.At = br
			return l
		}
		if l.Kind != None {
			l.At = br
			near = l
		}
	}
	return near
}

// countsRounds reports whether br is the test that counts the rounds of a
// loop around it.
func (c *Checker) countsRounds(br *ssa.If) bool {
	for l := c.Finder.Forest(br.Parent()).Innermost(br.Block()); l != nil; l = l.Outer {
		if loops.IsTrip(br, l) {
			return true
		}
	}
	return false
}

// guard classifies a condition.
func (c *Checker) guard(w *way, reg *region, cond ssa.Value) Limit {
	cond, _ = strip(cond)
	switch v := cond.(type) {
	case *ssa.BinOp:
		return c.compare(w, reg, v)
	case *ssa.Call:
		return c.guardCall(w, v)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Lookup:
			return c.key(w, reg, t)
		case *ssa.Call:
			return c.guardCall(w, t)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL && c.flag(w, reg, v) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(v)}
		}
	case *ssa.Lookup: // if busy[k] with a map of bools
		return c.key(w, reg, v)
	case *ssa.Phi: // a flag that is a local variable
		if l := c.decided(w, reg, v); l.Kind.Holds() {
			return l
		}
		for _, e := range v.Edges {
			if k, ok := e.(*ssa.Const); ok && k.Value != nil && reg.loop != nil && reg.loop.Contains(v.Block()) {
				return Limit{Kind: SingleFlight}
			}
		}
	}
	return Limit{}
}

// decided classifies the tests that decide which constant the local flag p
// has: create := n < max, written with ifs.
func (c *Checker) decided(w *way, reg *region, p *ssa.Phi) Limit {
	for n, e := range p.Edges {
		if k, ok := e.(*ssa.Const); !ok || k.Value == nil {
			continue
		}
		top := p.Block().Idom()
		for b := p.Block().Preds[n]; b != nil && b != top; b = b.Idom() {
			d := b.Idom()
			if d == nil {
				break
			}
			br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
			if !ok {
				continue
			}
			if cmp, ok := br.Cond.(*ssa.BinOp); ok {
				if l := c.compare(w, reg, cmp); l.Kind.Holds() {
					return l
				}
			}
		}
	}
	return Limit{}
}

func strip(cond ssa.Value) (ssa.Value, bool) {
	negated := false
	for {
		u, ok := cond.(*ssa.UnOp)
		if !ok || u.Op != token.NOT {
			return cond, negated
		}
		cond, negated = u.X, !negated
	}
}

// compare classifies a comparison.
func (c *Checker) compare(w *way, reg *region, b *ssa.BinOp) Limit {
	switch b.Op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		if c.timed(b.X) || c.timed(b.Y) {
			return Limit{Kind: Paced}
		}
		for _, v := range []ssa.Value{b.X, b.Y} {
			if on, ok := c.counted(w, reg, v, 0); ok {
				return c.counter(w, on)
			}
		}
	case token.EQL, token.NEQ:
		if isNil(b.Y) {
			return c.nilTest(w, reg, b.X)
		}
		if on, ok := c.counted(w, reg, b.X, 0); ok && !isSmallState(b.Y) {
			return c.counter(w, on)
		}
		if c.cas(b.X) {
			return Limit{Kind: SingleFlight}
		}
	}
	return Limit{}
}

// isSmallState reports whether v is a constant a state variable would be
// compared with; a count is compared with a maximum.
func isSmallState(v ssa.Value) bool {
	n, ok := constant(v)
	return ok && n == 0
}

func isNil(v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	return ok && k.Value == nil
}

// counted reports whether v tells how many there are: the length of a
// container that outlives the event, a counter that goes up and down, or the
// result of a function that returns one. on are the counter's places, empty
// for lengths.
func (c *Checker) counted(w *way, reg *region, v ssa.Value, depth int) (on valueflow.Origins, ok bool) {
	if depth > 4 {
		return nil, false
	}
	switch v := v.(type) {
	case *ssa.Convert:
		return c.counted(w, reg, v.X, depth+1)
	case *ssa.ChangeType:
		return c.counted(w, reg, v.X, depth+1)
	case *ssa.BinOp:
		if v.Op == token.ADD || v.Op == token.SUB {
			if on, ok := c.counted(w, reg, v.X, depth+1); ok {
				return on, ok
			}
			return c.counted(w, reg, v.Y, depth+1)
		}
	case *ssa.Phi:
		if reg != nil && reg.loop != nil {
			// A local count kept across rounds: n++ on spawn, n-- on a message.
			return nil, c.localCount(reg, v)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			on := c.x.PlaceOf(v.X)
			return on, c.goesDown(on)
		}
	case *ssa.Call:
		return c.countedCall(w, reg, v)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.countedCall(w, reg, call)
		}
	}
	return nil, false
}

// localCount reports whether p is changed in the loop by both an addition
// and a subtraction.
func (c *Checker) localCount(reg *region, p *ssa.Phi) bool {
	up, down := false, false
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value, depth int)
	walk = func(v ssa.Value, depth int) {
		if seen[v] || depth > 12 {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Phi:
			for _, e := range v.Edges {
				walk(e, depth+1)
			}
		case *ssa.BinOp:
			up = up || v.Op == token.ADD
			down = down || v.Op == token.SUB
			walk(v.X, depth+1)
		}
	}
	walk(p, 0)
	return up && down
}

// goesDown reports whether something in the package subtracts from the
// counter: a number that only grows counts events, not what is outstanding.
func (c *Checker) goesDown(on valueflow.Origins) bool {
	return len(c.counterOps(effects.CountDown, on)) > 0
}

// counterOps returns the operations of the package that change a counter.
func (c *Checker) counterOps(verb effects.Verb, on valueflow.Origins) []effects.SlotOp {
	if c.counters == nil {
		c.counters = map[effects.Verb][]effects.SlotOp{}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					c.noteCounter(i)
				}
			}
		}
	}
	var ops []effects.SlotOp
	for _, op := range c.counters[verb] {
		if op.On.Meets(on) {
			ops = append(ops, op)
		}
	}
	return ops
}

// noteCounter keeps counter operations that i itself performs, not those of
// functions it calls: each is noted where it stands.
func (c *Checker) noteCounter(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Store:
	case ssa.CallInstruction:
		if f := valueflow.StaticCallee(i); f != nil && f.Blocks != nil && f.Pkg == c.x.Pkg {
			return
		}
	default:
		return
	}
	for _, op := range c.Eff.SlotsAt(i) {
		if op.Verb == effects.CountUp || op.Verb == effects.CountDown {
			c.counters[op.Verb] = append(c.counters[op.Verb], op)
		}
	}
}

func (c *Checker) countedCall(w *way, reg *region, call *ssa.Call) (valueflow.Origins, bool) {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		if b.Name() != "len" && b.Name() != "cap" {
			return nil, false
		}
		return nil, c.persistent(w, reg, call.Call.Args[0])
	}
	fn := valueflow.Callee(call)
	if fn == nil {
		return nil, false
	}
	if fn.Pkg() != nil && fn.Pkg().Path() == "sync/atomic" {
		addr := valueflow.Recv(call)
		if addr == nil {
			addr = valueflow.Arg(call, 0)
		}
		on := c.x.PlaceOf(addr)
		return on, c.goesDown(on)
	}
	if fn.FullName() == "runtime.NumGoroutine" {
		return nil, true
	}
	fs, open := c.x.Callees(call)
	for _, f := range fs {
		if c.busy[f] {
			continue
		}
		c.busy[f] = true
		on, ok := c.returnsCount(f)
		delete(c.busy, f)
		if ok {
			return on, true
		}
	}
	if len(fs) > 0 && !open {
		return nil, false
	}
	switch fn.Name() { // opaque: only ever used to stay silent
	case "Len", "Count", "Size", "Running", "Active", "InFlight", "NumConns", "Num", "Load", "Waiting", "InUse":
		return nil, valueflow.Recv(call) != nil
	}
	return nil, false
}

// returnsCount reports whether f returns a count.
func (c *Checker) returnsCount(f *ssa.Function) (valueflow.Origins, bool) {
	for _, b := range f.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for _, v := range ret.Results {
			if on, ok := c.counted(nil, nil, v, 0); ok {
				return on, true
			}
		}
	}
	return nil, false
}

// persistent reports whether the container outlives one event: a field,
// global, captured or outer variable, or the collection that is ranged over.
func (c *Checker) persistent(w *way, reg *region, v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.FieldAddr:
			return !c.ofEvent(w, a.X)
		case *ssa.Global, *ssa.FreeVar:
			return true
		case *ssa.Alloc:
			return reg != nil && reg.loop != nil && !reg.loop.Contains(a.Block())
		}
	case *ssa.MakeMap, *ssa.MakeChan:
		i := v.(ssa.Instruction)
		return reg != nil && reg.loop != nil && !reg.loop.Contains(i.Block())
	case *ssa.Parameter:
		switch v.Type().Underlying().(type) {
		case *types.Map, *types.Chan:
			return true
		}
	case *ssa.Phi:
		return reg != nil && reg.loop != nil && v.Block() == reg.loop.Header
	}
	return false
}

// ofEvent reports whether base is what the event delivered: the length of a
// field of a message says nothing about how many there are.
func (c *Checker) ofEvent(w *way, base ssa.Value) bool {
	if w == nil || len(w.events) == 0 {
		return false
	}
	found := false
	c.x.Walk(base, valueflow.Options{}, func(v ssa.Value) bool {
		for _, e := range w.events {
			if v == e {
				found = true
			}
			if x, ok := v.(*ssa.Extract); ok && x.Tuple == e {
				found = true
			}
		}
		return !found
	})
	return found
}

// counter turns a comparison with a counter into a limit, unless the counter
// only goes up inside the goroutine, after the comparison.
func (c *Checker) counter(w *way, on valueflow.Origins) Limit {
	if w == nil || len(on) == 0 {
		return Limit{Kind: Counter}
	}
	ups := c.counterOps(effects.CountUp, on)
	inside := map[*ssa.Function]bool{}
	for _, f := range w.s.Bodies {
		c.reached(f, inside, 0)
	}
	if len(ups) == 0 {
		return Limit{Kind: Counter}
	}
	before := map[*ssa.Function]bool{}
	for _, fr := range w.d.Chain {
		c.reached(fr.Fn, before, 1)
	}
	late := false
	for _, op := range ups {
		f := op.Instr.Parent()
		if before[f] && !inside[f] {
			return Limit{Kind: Counter, Name: c.x.Describe(op.Value)}
		}
		late = late || inside[f]
	}
	if !late {
		return Limit{Kind: Counter, Name: c.x.Describe(ups[0].Value)}
	}
	return Limit{Kind: LateCount, Name: c.x.Describe(ups[0].Value)}
}

// reached collects f and what it certainly calls.
func (c *Checker) reached(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 3 {
		return
	}
	into[f] = true
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if g := valueflow.StaticCallee(call); g != nil && g.Blocks != nil && g.Pkg == c.x.Pkg {
					c.reached(g, into, depth+1)
				}
			}
		}
	}
}

// timed reports whether v is a duration or time: a comparison of times paces.
func (c *Checker) timed(v ssa.Value) bool {
	n, ok := types.Unalias(v.Type()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time" && n.Obj().Name() == "Duration"
}

// nilTest classifies a comparison with nil.
func (c *Checker) nilTest(w *way, reg *region, v ssa.Value) Limit {
	if types.Identical(v.Type(), types.Universe.Lookup("error").Type()) {
		switch v := v.(type) {
		case *ssa.Call:
			return c.guardError(w, v)
		case *ssa.Extract:
			if call, ok := v.Tuple.(*ssa.Call); ok {
				return c.guardError(w, call)
			}
		}
		return Limit{} // an error variable is no flag
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL && c.flag(w, reg, v) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(v)}
		}
	case *ssa.Lookup:
		return c.key(w, reg, v)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok {
			return c.key(w, reg, l)
		}
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.guardError(w, call)
		}
	case *ssa.Call:
		return c.guardError(w, v)
	}
	return Limit{}
}

// guardError classifies "if err := s.admit(); err != nil": the callee is
// looked into for a count or a try.
func (c *Checker) guardError(w *way, call *ssa.Call) Limit {
	fs, _ := c.x.Callees(call)
	for _, f := range fs {
		if k := c.admits(w, f); k == Counter || k == Slot {
			return Limit{Kind: k, Name: f.Name()}
		}
	}
	return Limit{}
}

// flag reports whether the loaded flag or pointer is set by what the test
// guards, so that the next event finds it set.
func (c *Checker) flag(w *way, reg *region, load *ssa.UnOp) bool {
	if reg == nil {
		return false
	}
	if a, ok := load.X.(*ssa.Alloc); ok && a.Parent() == reg.fn && reg.loop == nil {
		return false // a variable of this call: nobody else sees it
	}
	on := c.x.PlaceOf(load.X)
	inside := map[*ssa.Function]bool{reg.fn: true}
	for _, fr := range w.d.Chain {
		inside[fr.Fn] = true
	}
	for _, f := range w.s.Bodies {
		c.reached(f, inside, 1)
	}
	// The flag may be set by a function that this one calls.
	for _, b := range reg.fn.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(*ssa.Call); ok {
				if g := valueflow.StaticCallee(call); g != nil && g.Blocks != nil && g.Pkg == c.x.Pkg {
					inside[g] = true
				}
			}
		}
	}
	for f := range inside {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				st, ok := i.(*ssa.Store)
				if !ok || !c.x.PlaceOf(st.Addr).Meets(on) {
					continue
				}
				if k, isConst := st.Val.(*ssa.Const); isConst && zero(k) {
					continue // clears it
				}
				if !c.ofEventCell(w, st.Addr) {
					return true
				}
			}
		}
	}
	return false
}

// ofEventCell reports whether addr is a local variable that is made per
// event: a flag in it is seen by nobody else.
func (c *Checker) ofEventCell(w *way, addr ssa.Value) bool {
	a, ok := addr.(*ssa.Alloc)
	return ok && w.perEvent(a)
}

func zero(k *ssa.Const) bool {
	if k.Value == nil {
		return true
	}
	return k.Value.ExactString() == "false" || k.Value.ExactString() == "0"
}

// key classifies a map lookup that guards the site: one goroutine per key.
// Keys that are addresses of datagrams are as many as a peer likes.
func (c *Checker) key(w *way, reg *region, l *ssa.Lookup) Limit {
	if _, ok := l.X.Type().Underlying().(*types.Map); !ok {
		return Limit{}
	}
	if w.d.Kind != 0 && w.d.Who == peer.Peer && c.keyedByAddress(l.Index, 0) {
		return Limit{}
	}
	if c.needsEntry(reg, l) {
		return Limit{Kind: SingleFlight, Name: c.x.Describe(l.X)}
	}
	on := c.x.Origins(l.X)
	for _, s := range c.x.Senders(on) {
		if _, ok := s.(*ssa.MapUpdate); ok && w.doneFor(s) {
			return Limit{Kind: SingleFlight, Name: c.x.Describe(l.X)}
		}
	}
	return Limit{}
}

// needsEntry reports whether the site is only reached when the map has an
// entry that is a thing of its own: there are no more such events than
// entries. A table of handlers is different.
func (c *Checker) needsEntry(reg *region, l *ssa.Lookup) bool {
	if !l.CommaOk || reg == nil {
		return false
	}
	m := l.X.Type().Underlying().(*types.Map)
	switch m.Elem().Underlying().(type) {
	case *types.Pointer, *types.Struct:
	default:
		return false
	}
	for _, r := range *l.Referrers() {
		ok, isExtract := r.(*ssa.Extract)
		if !isExtract || ok.Index != 1 {
			continue
		}
		for _, u := range *ok.Referrers() {
			if br, isIf := u.(*ssa.If); isIf && reg.reach[br.Block()] {
				return reg.leads(br.Block(), br.Block().Succs[0]) && !reg.leads(br.Block(), br.Block().Succs[1])
			}
		}
	}
	return false
}

// keyedByAddress reports whether v is computed from the network address of
// a peer.
func (c *Checker) keyedByAddress(v ssa.Value, depth int) bool {
	if v == nil || depth > 6 {
		return false
	}
	if peer.IsAddress(v.Type()) {
		return true
	}
	i, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range i.Operands(nil) {
		if *op != nil && c.keyedByAddress(*op, depth+1) {
			return true
		}
	}
	return false
}

// cas reports whether v is the result of a compare-and-swap or swap.
func (c *Checker) cas(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := valueflow.Callee(call)
	return fn != nil && isFlip(fn)
}

func isFlip(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "sync/atomic":
		n := fn.Name()
		return len(n) >= 4 && (n[:4] == "Swap" || len(n) >= 14 && n[:14] == "CompareAndSwap")
	case "sync":
		return fn.Name() == "LoadOrStore" || fn.Name() == "TryLock" || fn.Name() == "CompareAndSwap" || fn.Name() == "Swap"
	case "time":
		return fn.Name() == "Stop" && apimodel.IsClass(fn.Signature().Recv().Type(), apimodel.Ticker)
	}
	return false
}
