package unboundedqueue

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// queueGrows reports the slice, list or buffer ct where peers append to it
// and somebody else, or nobody, takes out; and where it is the queue between
// producers that never wait and a consumer that does.
func (c *checker) queueGrows(ct *containers.Container) {
	for _, op := range ct.Inserts {
		if c.searches(ct, op) {
			continue
		}
		d := c.byPeers(op)
		if d == nil || !c.perEvent(op.Value, d, 0, 0) || !c.drainedElsewhere(ct, op, d) {
			continue
		}
		if other, ok := c.otherWay(ct, op, d.Chain); ok {
			c.addQueue(ct, op, d, "peers decide how much", other)
			return
		}
	}
	if take := c.waitingConsumer(ct); take != nil {
		for _, op := range ct.Inserts {
			if c.rep.Skips(op.Instr.Pos()) || c.searches(ct, op) || c.index.Shown(ct) {
				continue
			}
			other, ok := c.otherWay(ct, op, []loops.Frame{{Fn: op.Instr.Parent(), Site: op.Instr}})
			if !ok {
				continue
			}
			if who := c.openProducer(ct, op); who != "" {
				c.addQueue(ct, op, nil, who, other)
				return
			}
		}
	}
}

// addQueue reports the insertion op; other is the limit on another way in, nil
// where there is none at all.
func (c *checker) addQueue(ct *containers.Container, op containers.Op, d *loops.Driver, who string, other *ssa.BinOp) {
	v := verdict{kind: queueKind, instr: op.Instr, container: ct, op: op, driver: d}
	what := "queue"
	if ct.Kind == containers.Bytes {
		v.kind, what = streamBuffer, "buffer"
	}
	var ev evidence
	if d != nil {
		ev.chain(*d)
	}
	drain := "nothing takes out of it or bounds it"
	for _, r := range ct.Removals {
		if r.Instr.Pos().IsValid() {
			ev.add(r.Instr, "taken out here")
			drain = "nothing bounds how far it gets ahead of its consumer"
			break
		}
	}
	if other != nil {
		ev.add(other, "compared here, for what is inserted on another way")
		drain = "its limit is on another way in"
	}
	v.related = ev
	v.message = fmt.Sprintf("%s %s grows with each %s: %s, %s", what, c.name(op, ct), c.unit(op, d), who, drain)
	c.add(v)
}

// unit names what there is one insertion per.
func (c *checker) unit(op containers.Op, d *loops.Driver) string {
	if d != nil && d.Unit != "" {
		return string(d.Unit)
	}
	if d != nil && d.Kind == loops.Handles {
		return "request"
	}
	if d == nil {
		return fmt.Sprintf("call of %s", loops.Name(op.Instr.Parent()))
	}
	return "element"
}

// searches reports whether the function of the insertion first looks through
// the container, or finds the element in a map: what it inserts are the
// different ones, which may be few.
func (c *checker) searches(ct *containers.Container, op containers.Op) bool {
	f := op.Instr.Parent()
	at := op.Instr.Block()
	for _, b := range f.Blocks {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !reaches(b, at) {
			continue
		}
		if e, ok := br.Cond.(*ssa.Extract); ok {
			if l, ok := e.Tuple.(*ssa.Lookup); ok && l.CommaOk && !(flowgraph.EdgeDominates(b, 0, at) && flowgraph.EdgeDominates(b, 1, at)) {
				return decides(b, at)
			}
		}
	}
	// for _, e := range q { if e == v { return } }
	for _, l := range flowgraph.Loops(f).All() {
		if l.Contains(at) || !reaches(l.Header, at) {
			continue
		}
		for _, b := range l.Blocks() {
			for _, i := range b.Instrs {
				if ia, ok := i.(*ssa.IndexAddr); ok && c.isContainer(ct, ia.X) && leavesEarly(l) {
					return true
				}
			}
		}
	}
	return false
}

func (c *checker) isContainer(ct *containers.Container, v ssa.Value) bool {
	for _, p := range c.index.PlacesOf(v) {
		if p == ct.Place {
			return true
		}
	}
	return false
}

// leavesEarly reports whether the loop has another exit than its head.
func leavesEarly(l *flowgraph.Loop) bool {
	for _, b := range l.Blocks() {
		if b == l.Header {
			continue
		}
		for _, s := range b.Succs {
			if !l.Contains(s) {
				return true
			}
		}
	}
	return false
}

// decides reports whether the branch at the end of b decides whether at is
// reached.
func decides(b, at *ssa.BasicBlock) bool {
	return flowgraph.EdgeDominates(b, 0, at) != flowgraph.EdgeDominates(b, 1, at)
}

// reaches reports whether control can get from a to b.
func reaches(a, b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(x *ssa.BasicBlock) bool
	walk = func(x *ssa.BasicBlock) bool {
		if x == b {
			return true
		}
		if seen[x] {
			return false
		}
		seen[x] = true
		for _, s := range x.Succs {
			if walk(s) {
				return true
			}
		}
		return false
	}
	return walk(a)
}

// drainedElsewhere reports whether what takes elements out of ct, if there
// is anything, runs apart from what puts them in: not in the same round, and
// not everything at each tick of a clock, which makes the rate the bound.
func (c *checker) drainedElsewhere(ct *containers.Container, op containers.Op, d *loops.Driver) bool {
	if len(ct.Removals) == 0 {
		return !exportedField(ct)
	}
	round := map[*ssa.Function]bool{}
	for _, fr := range d.Chain {
		c.called(fr.Fn, round, 0)
	}
	drains := false
	for _, r := range ct.Removals {
		f := r.Instr.Parent()
		if round[f] && !closes(f) {
			return false
		}
		if r.How == containers.All {
			for _, rd := range c.driversOf(r.Instr) {
				if rd.Kind == loops.Ticks {
					return false
				}
			}
		}
		drains = drains || !closes(f)
	}
	_ = op
	return drains || !exportedField(ct)
}

// called collects f and what it calls in its own goroutine.
func (c *checker) called(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 4 {
		return
	}
	into[f] = true
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if _, spawned := i.(*ssa.Go); spawned {
					continue
				}
				fs, _ := c.x.Callees(call)
				for _, g := range fs {
					c.called(g, into, depth+1)
				}
			}
		}
	}
}

// waitingConsumer returns the removal by a consumer that waits until a
// producer of the same container wakes it: the two ends of a queue.
func (c *checker) waitingConsumer(ct *containers.Container) ssa.Instruction {
	woken := valueflow.Origins{}
	for _, op := range ct.Inserts {
		c.wakes(op.Instr.Parent(), woken)
		for _, call := range c.x.StaticCallers(op.Instr.Parent()) {
			c.wakes(call.Parent(), woken)
		}
	}
	if len(woken) == 0 {
		return nil
	}
	for _, r := range ct.Removals {
		if c.waitsOn(r.Instr.Parent(), woken, 0) {
			return r.Instr
		}
	}
	return nil
}

// wakes collects what f signals without waiting: conditions, and channels it
// only tries to send on.
func (c *checker) wakes(f *ssa.Function, into valueflow.Origins) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Select:
				if i.Blocking {
					continue
				}
				for _, st := range i.States {
					if st.Send != nil {
						merge(into, c.x.Origins(st.Chan))
					}
				}
			case ssa.CallInstruction:
				if _, ok := apimodel.Find(valueflow.Callee(i), apimodel.CondSignal); ok {
					merge(into, c.x.PlaceOf(valueflow.Recv(i)))
				}
			}
		}
	}
}

func merge(into, from valueflow.Origins) {
	for k := range from {
		into[k] = true
	}
}

// waitsOn reports whether f, or a function that calls it, waits for one of
// the conditions or channels.
func (c *checker) waitsOn(f *ssa.Function, on valueflow.Origins, depth int) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.UnOp:
				if ch, ok := valueflow.IsRecv(i); ok && c.x.Origins(ch.X).Meets(on) {
					return true
				}
			case *ssa.Select:
				for _, st := range i.States {
					if st.Send == nil && i.Blocking && c.x.Origins(st.Chan).Meets(on) {
						return true
					}
				}
			case ssa.CallInstruction:
				if _, ok := apimodel.Find(valueflow.Callee(i), apimodel.CondWait); ok && c.x.PlaceOf(valueflow.Recv(i)).Meets(on) {
					return true
				}
			}
		}
	}
	if depth == 2 {
		return false
	}
	for _, call := range c.x.StaticCallers(f) {
		if _, spawned := call.(*ssa.Go); !spawned && c.waitsOn(call.Parent(), on, depth+1) {
			return true
		}
	}
	return false
}

// maxWay is how many calls up a producer is looked for.
const maxWay = 4

// openProducer says who may insert as often as they like without being made
// to wait for the consumer: "" where nobody provably does.
func (c *checker) openProducer(ct *containers.Container, op containers.Op) string {
	way := []loops.Frame{{Fn: op.Instr.Parent(), Site: op.Instr}}
	return c.producer(ct, way)
}

func (c *checker) producer(ct *containers.Container, way []loops.Frame) string {
	top := way[len(way)-1]
	if c.waitsForRoom(top.Fn) || c.awaitsAfter(top) {
		return ""
	}
	d := loops.Driver{Kind: loops.Handles, Chain: way}
	if c.blocked(way[0].Site, &d) {
		return ""
	}
	if l := c.finder.Forest(top.Fn).Innermost(top.Site.Block()); l != nil {
		for _, rd := range c.driversOf(way[0].Site) {
			if len(rd.Chain) == len(way) && rd.Kind != loops.Collection {
				return "its producer decides how much"
			}
		}
	}
	if o := top.Fn.Object(); o != nil && o.Exported() && c.freshFor(way) {
		return "its callers decide how much"
	}
	if len(way) == maxWay {
		return ""
	}
	for _, call := range c.x.StaticCallers(top.Fn) {
		if call.Parent() == top.Fn {
			continue
		}
		if _, spawned := call.(*ssa.Go); spawned {
			continue
		}
		if who := c.producer(ct, append(way[:len(way):len(way)], loops.Frame{Fn: call.Parent(), Site: call})); who != "" {
			return who
		}
	}
	return ""
}

// freshFor reports whether what is inserted comes from the caller of the way:
// a parameter, or something made of one.
func (c *checker) freshFor(way []loops.Frame) bool {
	d := loops.Driver{Kind: loops.Handles, Chain: way}
	for _, op := range c.insertsAt(way[0].Site) {
		if c.perEvent(op.Value, &d, 0, 0) && c.outlives(op.Base, &d, 0) {
			return true
		}
	}
	return false
}

// insertsAt returns the insertions that i performs.
func (c *checker) insertsAt(i ssa.Instruction) []containers.Op {
	var ops []containers.Op
	for _, ct := range c.index.Grows() {
		for _, op := range ct.Inserts {
			if op.Instr == i {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// awaitsAfter reports whether the function waits, on every way on from the
// site, for something to be received or joined: then its callers are only as
// many as wait.
func (c *checker) awaitsAfter(fr loops.Frame) bool {
	waits := false
	q := flowgraph.PathQuery{
		From: fr.Site,
		Barrier: func(i ssa.Instruction) bool {
			if c.awaits(i) {
				waits = true
				return true
			}
			return false
		},
		End: func(_, next *ssa.BasicBlock) bool { return next == nil },
	}
	return !q.Exists() && waits
}

func (c *checker) awaits(i ssa.Instruction) bool {
	switch i := i.(type) {
	case *ssa.UnOp:
		_, ok := valueflow.IsRecv(i)
		return ok
	case *ssa.Select:
		if !i.Blocking {
			return false
		}
		for _, st := range i.States {
			if st.Send == nil {
				return true
			}
		}
	case *ssa.Call:
		fn := valueflow.Callee(i)
		_, join := apimodel.Find(fn, apimodel.Join)
		_, cond := apimodel.Find(fn, apimodel.CondWait)
		if join || cond {
			return true
		}
		for _, f := range c.x.StaticBodies(i) {
			if c.returnsAfterWait(f) {
				return true
			}
		}
	}
	return false
}

// returnsAfterWait reports whether f itself waits on every way through it.
func (c *checker) returnsAfterWait(f *ssa.Function) bool {
	if len(f.Blocks) == 0 || len(f.Blocks[0].Instrs) == 0 {
		return false
	}
	waits := false
	q := flowgraph.PathQuery{
		From: f.Blocks[0].Instrs[0],
		Barrier: func(i ssa.Instruction) bool {
			recv, sel := false, false
			switch i := i.(type) {
			case *ssa.UnOp:
				_, recv = valueflow.IsRecv(i)
			case *ssa.Select:
				sel = i.Blocking
			}
			waits = waits || recv || sel
			return recv || sel
		},
		End: func(_, next *ssa.BasicBlock) bool { return next == nil },
	}
	return !q.Exists() && waits
}
