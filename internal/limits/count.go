package limits

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// isSmallState reports whether v is a constant a state variable would be
// compared with; a count is compared with a maximum.
func isSmallState(v ssa.Value) bool {
	n, ok := valueflow.Int(v)
	return ok && n == 0
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
		if b.Name() != "len" && b.Name() != "cap" || w.sizes(call.Call.Args[0].Type()) {
			return nil, false
		}
		return nil, c.persistent(w, reg, call.Call.Args[0])
	}
	fn := valueflow.Callee(call)
	if fn == nil {
		return nil, false
	}
	_, adds := apimodel.Find(fn, apimodel.Counts)
	if _, reads := apimodel.Find(fn, apimodel.CountRead); adds || reads {
		addr := valueflow.Recv(call)
		if addr == nil {
			addr = valueflow.Arg(call, 0)
		}
		on := c.x.PlaceOf(addr)
		return on, c.goesDown(on)
	}
	if _, ok := apimodel.Find(fn, apimodel.Goroutines); ok {
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
	if _, computes := apimodel.Find(fn, apimodel.NoBlock); computes {
		return nil, false // known, and no count: the size of a file
	}
	return nil, valueflow.Recv(call) != nil && namesCount(fn.Name())
}

// sizes reports whether the length of a t says how large one thing is, not how
// many there are: that of text always, that of bytes where the site makes an
// entry of a container, which is not in those bytes.
func (w *way) sizes(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte && w != nil && w.entries
	}
	return false
}

// namesCount reports whether a method of that name, whose body cannot be seen,
// may say how many there are. It is only ever used to stay silent.
func namesCount(name string) bool {
	for _, p := range []string{"Len", "Count", "Size", "Running", "Active", "InFlight", "Num", "Load", "Waiting", "InUse", "Open"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return strings.HasSuffix(name, "Count")
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
	if w == nil {
		return false
	}
	if c.ofEventCell(w, base) {
		return true // the message is in a variable of the round
	}
	if len(w.events) == 0 {
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
