package loops

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// gate returns what decides how often the loop l executes site. ok is false
// for loops with a constant or configured number of rounds, and for loops
// that nothing visible gates.
func (fd *Finder) gate(l *flowgraph.Loop, site ssa.Instruction) (Driver, bool) {
	var best *effects.Event
	paced := false
	for _, b := range l.Blocks() {
		for _, i := range b.Instrs {
			for _, e := range fd.Eff.EventsAt(i) {
				if i == site || !fd.gates(l, &e, site) {
					continue
				}
				if e.Tick && strikesOnce(l, &e) && e.Dominates(site.Block()) {
					return Driver{}, false // at most one of the rounds gets there
				}
				paced = paced || e.Tick
				if best == nil || rank(&e) >= rank(best) {
					best = &e
				}
			}
		}
	}
	if best == nil {
		best = fd.eitherGate(l, site)
	}
	if best != nil && paced && !best.Tick {
		return Driver{}, false // a peer may be first, the clock is the last to decide
	}
	if d, ok, counted := fd.byTrips(l); counted {
		return d, ok // as many rounds as there are elements, whatever each waits for
	}
	if best != nil {
		return fd.byEvent(l, best)
	}
	return Driver{}, false
}

// eitherGate returns an event of peers where each execution of site in l needs
// one of several, as in: if udp { m = readUDP() } else { m = readPacket() }. It
// returns nil where there is a way to the site without.
func (fd *Finder) eitherGate(l *flowgraph.Loop, site ssa.Instruction) *effects.Event {
	var best *effects.Event
	waits := map[*ssa.BasicBlock]bool{}
	for _, b := range l.Blocks() {
		if fd.Forest(b.Parent()).Innermost(b) != l {
			continue // a loop within need not run
		}
		for _, i := range b.Instrs {
			for _, e := range fd.Eff.EventsAt(i) {
				if _, arm := i.(*ssa.Select); arm || i == site || !e.Accept && e.Who != peer.Peer {
					continue
				}
				waits[b] = true
				if best == nil || rank(&e) > rank(best) {
					best = &e
				}
			}
		}
	}
	if best == nil || waits[site.Block()] || avoids(l, waits, site.Block()) {
		return nil
	}
	return best
}

// avoids reports whether there is a way from the head of l to the block to
// that passes none of the others.
func avoids(l *flowgraph.Loop, others map[*ssa.BasicBlock]bool, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock) bool
	walk = func(b *ssa.BasicBlock) bool {
		if seen[b] || others[b] || !l.Contains(b) {
			return false
		}
		seen[b] = true
		return b == to || slices.ContainsFunc(b.Succs, walk)
	}
	return walk(l.Header)
}

// gates reports whether each execution of site in l needs an event of its
// own: it dominates the site, or every way back to the loop's head.
func (fd *Finder) gates(l *flowgraph.Loop, e *effects.Event, site ssa.Instruction) bool {
	if e.Dominates(site.Block()) && (e.Instr.Block() != site.Block() || flowgraph.Dominates(e.Instr, site)) {
		return true
	}
	for _, latch := range l.Latches {
		if !e.Dominates(latch) {
			return false
		}
	}
	// An event after the site in the same round gates the next round, as
	// in: for err == nil { go serve(c); c, err = ln.Accept() }. Waiting for
	// something unrelated (a stop channel) does not drive the loop.
	return e.Accept || e.Tick
}

// rank orders the events that gate one loop: who is further outside wins.
func rank(e *effects.Event) int {
	switch {
	case e.Accept:
		return 4
	case e.Who == peer.Peer:
		return 3
	case e.Who == peer.Input:
		return 2
	case e.Tick:
		return 1
	}
	return 0
}

// byEvent turns the event that gates l into a driver.
func (fd *Finder) byEvent(l *flowgraph.Loop, e *effects.Event) (Driver, bool) {
	d := Driver{Who: e.Who, Unit: e.Unit, From: e.From, Event: e, Loop: l}
	switch {
	case e.Accept:
		d.Kind = Accepts
	case e.Who >= peer.Input:
		d.Kind = Receives
	case e.Tick:
		d.Kind = Ticks
	case e.Chan != nil:
		return fd.byChannel(d, e)
	}
	return d, true
}

// byChannel asks who sends the elements. Channels that only signal (stop,
// wake-up, errors, os signals) drive nothing.
func (fd *Finder) byChannel(d Driver, e *effects.Event) (Driver, bool) {
	if signals(e.Chan.Type()) {
		return d, false
	}
	d.Kind = Elements
	on := fd.x.Origins(e.Chan)
	senders := fd.x.Senders(on)
	for _, s := range senders {
		if fd.sending[s] {
			continue
		}
		fd.sending[s] = true
		var nearest *Driver
		for _, sd := range fd.Drivers(s) {
			if nearest == nil || len(sd.Chain) < len(nearest.Chain) {
				nearest = &sd
			}
		}
		if nearest != nil && nearest.Who > d.Who {
			d.Who = nearest.Who
			if d.Unit == "" {
				d.Unit = nearest.Unit
			}
		}
		delete(fd.sending, s)
	}
	return d, true
}

// byTrips classifies loops by their number of rounds: ranges and counts.
// counted is false for loops whose rounds are not counted.
func (fd *Finder) byTrips(l *flowgraph.Loop) (d Driver, ok, counted bool) {
	over := fd.tripBound(l)
	if over == nil {
		return Driver{}, false, false
	}
	s := peer.Who(fd.x, over)
	if s.Who < peer.Input {
		s = fd.collected(over, s)
	}
	if s.Who == peer.Constant || s.Who == peer.Operator {
		return Driver{}, false, true
	}
	return Driver{Kind: Collection, Who: s.Who, Unit: s.Unit, From: s.Name, Loop: l, Over: over}, true, true
}

// maxCollected is how many slices that are made of one another are followed.
// Where loops make slices of slices there are more ways than can be gone.
const maxCollected = 2

// collected reports who decides a slice that a loop appends to: whoever
// drives that loop.
func (fd *Finder) collected(over ssa.Value, s peer.Source) peer.Source {
	if len(fd.collecting) >= maxCollected {
		return s
	}
	fd.x.Walk(over, valueflow.Options{}, func(v ssa.Value) bool {
		call, ok := v.(*ssa.Call)
		if !ok {
			return true
		}
		if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" || fd.collecting[call] {
			return true
		}
		l := fd.Forest(call.Parent()).Innermost(call.Block())
		if l == nil {
			return true
		}
		fd.collecting[call] = true
		if d, ok := fd.gate(l, call); ok && d.Who > s.Who {
			s.Who, s.Unit = d.Who, d.Unit
		}
		delete(fd.collecting, call)
		return true
	})
	return s
}

// tripBound returns the collection that l ranges over or the number it
// counts to; nil when its exits test something else.
func (fd *Finder) tripBound(l *flowgraph.Loop) ssa.Value {
	for _, b := range l.Blocks() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || l.Contains(b.Succs[0]) && l.Contains(b.Succs[1]) {
			continue
		}
		if v := boundIn(br.Cond, l); v != nil {
			return v
		}
	}
	return nil
}

// IsTrip reports whether br is the test that counts the rounds of l.
func IsTrip(br *ssa.If, l *flowgraph.Loop) bool {
	if l == nil || l.Contains(br.Block().Succs[0]) && l.Contains(br.Block().Succs[1]) {
		return false
	}
	return boundIn(br.Cond, l) != nil
}

func boundIn(cond ssa.Value, l *flowgraph.Loop) ssa.Value {
	switch c := cond.(type) {
	case *ssa.Extract: // ok of a range over a map or string
		if n, isNext := c.Tuple.(*ssa.Next); isNext && c.Index == 0 {
			if r, isRange := n.Iter.(*ssa.Range); isRange {
				return r.X
			}
		}
	case *ssa.BinOp:
		switch c.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
		default:
			return nil
		}
		if induction(c.X, l) && !induction(c.Y, l) {
			return collectionOf(c.Y)
		}
		if induction(c.Y, l) && !induction(c.X, l) {
			return collectionOf(c.X)
		}
		// for len(rest) > 0 { ...; rest = rest[n:] }
		if a := lenArg(c.X); a != nil {
			if p, ok := a.(*ssa.Phi); ok && l.Contains(p.Block()) {
				return entering(p, l)
			}
		}
	}
	return nil
}

// induction reports whether v changes from round to round by plus or minus a
// constant.
func induction(v ssa.Value, l *flowgraph.Loop) bool {
	if b, ok := v.(*ssa.BinOp); ok && (b.Op == token.ADD || b.Op == token.SUB) {
		v = b.X // the index of a range is incremented before the test
	}
	if c, ok := v.(*ssa.Convert); ok {
		v = c.X
	}
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		return steppedCell(u.X, l)
	}
	p, ok := v.(*ssa.Phi)
	if !ok || p.Block() != l.Header && !l.Contains(p.Block()) {
		return false
	}
	for _, e := range p.Edges {
		b, ok := e.(*ssa.BinOp)
		if !ok || b.Op != token.ADD && b.Op != token.SUB {
			continue
		}
		if b.X == p || b == v {
			return true
		}
	}
	return false
}

// steppedCell reports whether addr is the cell of a loop variable that a
// function literal captures: one variable per round, each made from the last.
func steppedCell(addr ssa.Value, l *flowgraph.Loop) bool {
	cells := []ssa.Value{addr}
	if p, ok := addr.(*ssa.Phi); ok {
		cells = p.Edges
	}
	for _, c := range cells {
		a, ok := c.(*ssa.Alloc)
		if !ok {
			continue
		}
		for _, r := range *a.Referrers() {
			st, ok := r.(*ssa.Store)
			if !ok || !l.Contains(st.Block()) {
				continue
			}
			if b, ok := st.Val.(*ssa.BinOp); ok && (b.Op == token.ADD || b.Op == token.SUB) {
				if _, isConst := b.Y.(*ssa.Const); isConst {
					return true
				}
			}
		}
	}
	return false
}

// collectionOf returns x for len(x), and the value itself otherwise.
func collectionOf(v ssa.Value) ssa.Value {
	if a := lenArg(v); a != nil {
		return a
	}
	return v
}

func lenArg(v ssa.Value) ssa.Value {
	c, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
		return c.Call.Args[0]
	}
	return nil
}

// entering returns the value that p has when the loop is entered.
func entering(p *ssa.Phi, l *flowgraph.Loop) ssa.Value {
	for i, e := range p.Edges {
		if !l.Contains(p.Block().Preds[i]) {
			return e
		}
	}
	return nil
}

// eventBefore returns the event of a peer that the frame's function waits
// for once before it gets to the site.
func (fd *Finder) eventBefore(fr Frame) *effects.Event {
	var best *effects.Event
	for _, b := range fr.Fn.Blocks {
		if !b.Dominates(fr.Site.Block()) {
			continue
		}
		for _, i := range b.Instrs {
			if i == fr.Site {
				break
			}
			for _, e := range fd.Eff.EventsAt(i) {
				if e.Who == peer.Peer && e.Dominates(fr.Site.Block()) && (best == nil || rank(&e) > rank(best)) && (e.Accept || !fd.Eff.AskedFor(e.Instr)) {
					best = &e
				}
			}
		}
	}
	return best
}
