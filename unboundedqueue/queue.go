package unboundedqueue

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// queueGrows reports the slice, list or buffer ct where peers append to it
// and somebody else, or nobody, takes out; and where it is the queue between
// producers that never wait and a consumer that does.
func (c *checker) queueGrows(ct *containers.Container) {
	if c.withdrawn(ct) {
		return
	}
	for _, op := range ct.Inserts {
		if c.searches(ct, op) {
			continue
		}
		d := c.byPeers(op)
		if d == nil || c.filledOnce(ct, op, d) || !c.perEvent(op.Value, d, 0, 0) || !c.drainedElsewhere(ct, op, d) {
			continue
		}
		if d.Kind == loops.Handles && slices.ContainsFunc(d.Chain, c.awaitsAfter) {
			continue // no more elements than requests that wait
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

// withdrawn reports whether something takes one certain element out of ct, as
// its owner asks: a list of members or waiters, no longer than there are such.
func (c *checker) withdrawn(ct *containers.Container) bool {
	for _, r := range ct.Removals {
		if r.How != containers.Some {
			continue
		}
		for _, b := range r.Instr.Parent().Blocks {
			for _, i := range b.Instrs {
				if cmp, ok := i.(*ssa.BinOp); ok && cmp.Op == token.EQL && (c.elementOf(ct, cmp.X) && given(cmp.Y) || c.elementOf(ct, cmp.Y) && given(cmp.X)) {
					return true
				}
			}
		}
	}
	return false
}

// elementOf reports whether v is an element of ct.
func (c *checker) elementOf(ct *containers.Container, v ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	ia, ok := u.X.(*ssa.IndexAddr)
	return ok && c.isContainer(ct, ia.X)
}

// given reports whether v is a thing that the caller has, not a constant.
func given(v ssa.Value) bool {
	if _, isConst := v.(*ssa.Const); isConst {
		return false
	}
	return refers(v)
}

// addQueue reports the insertion op; other is the limit on another way in, nil
// where there is none at all.
func (c *checker) addQueue(ct *containers.Container, op containers.Op, d *loops.Driver, who string, other *ssa.BinOp) {
	v := verdict{kind: queueKind, instr: op.Instr, container: ct, op: op, driver: d}
	what := "queue"
	if ct.Kind == containers.Bytes {
		if _, gathers := c.eff.Streams().GatheredAt(op.Instr); gathers {
			return // all of a reader is read into a local buffer: that rule's to say
		}
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
// the container, or misses the element in a map, or inserts what it finds in
// one: what it inserts are the different ones, which may be few.
func (c *checker) searches(ct *containers.Container, op containers.Op) bool {
	f := op.Instr.Parent()
	at := op.Instr.Block()
	for _, b := range f.Blocks {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !reaches(b, at) {
			continue
		}
		if l := lookedUp(br.Cond); l != nil && decides(b, at) && (flowgraph.EdgeDominates(b, 1, at) || isOf(op.Value, l, 0)) {
			return true
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

// lookedUp returns the lookup in a map that cond says the success of.
func lookedUp(cond ssa.Value) *ssa.Lookup {
	if e, ok := cond.(*ssa.Extract); ok {
		cond = e.Tuple
	}
	l, ok := cond.(*ssa.Lookup)
	if !ok {
		return nil
	}
	if _, ok := l.X.Type().Underlying().(*types.Map); !ok {
		return nil
	}
	return l
}

// isOf reports whether v is what l has found, or may be.
func isOf(v ssa.Value, l *ssa.Lookup, depth int) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *ssa.Extract:
		return v.Tuple == l
	case ssa.Instruction:
		for _, o := range v.Operands(nil) {
			if *o != nil && depth < 4 && isOf(*o, l, depth+1) {
				return true
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
