// Package limits answers whether there is a limit on the way from what
// drives a goroutine to where it is started: what kind, and where.
//
// Limits are may-facts. Evidence of one that cannot be resolved counts as a
// limit, so that a rule built on this package is silent when unsure. What
// provably bounds nothing although it looks like a limit is said as such:
// acquired too late, made once per event, released too early.
package limits

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Kind is a kind of limit, or of something that only looks like one.
type Kind uint8

const (
	None Kind = iota

	// Limits.

	Slot         // a semaphore slot taken before, given back by the goroutine
	Counter      // a count compared with a maximum
	SingleFlight // at most one, or one per key: flag, compare-and-swap, map entry
	Joined       // waited for before the next one starts
	Listener     // the listener accepts a limited number
	Group        // the errgroup or pool has a limit
	Protocol     // the protocol below limits how many are open
	Paced        // a timer or rate decides
	OptOut       // the branch without the limit that an operator asks for
	Declared     // a comment says so

	// What looks like a limit and is none.

	Late        // the slot is taken inside the goroutine
	PerEvent    // the semaphore or group is made anew for each event
	EarlyGive   // the slot is given back before the goroutine ends
	Unlimited   // the capacity means "no limit"
	LateCount   // compared before the spawn, counted after it
	Overflow    // started because the limit was reached
	noLimitBase = Late
)

// Holds reports whether k bounds the goroutines.
func (k Kind) Holds() bool { return k != None && k < noLimitBase }

// A Limit is what was found.
type Limit struct {
	Kind Kind
	// At is the operation or test that is, or looks like, the limit; nil
	// where there is none to point at.
	At ssa.Instruction
	// Name is what the source calls the semaphore, group or counter.
	Name string
	// Value is the semaphore or group, nil where there is none.
	Value ssa.Value
}

// A Checker looks for limits in one package.
type Checker struct {
	Eff    *effects.Result
	Finder *loops.Finder
	x      *valueflow.Index

	setLimits []ssa.CallInstruction // calls that set a group's limit
	counters  map[effects.Verb][]effects.SlotOp
	busy      map[*ssa.Function]bool
}

// NewChecker returns a Checker over the package of fd.
func NewChecker(fd *loops.Finder) *Checker {
	return &Checker{Eff: fd.Eff, Finder: fd, x: fd.Eff.Index(), busy: map[*ssa.Function]bool{}}
}

// Of returns the limit on the spawn s as driven by d. When nothing holds, it
// returns what looks like a limit and is none, if there is such a thing.
func (c *Checker) Of(s effects.Spawn, d loops.Driver) Limit {
	if l := c.ofDriver(d); l.Kind.Holds() {
		return l
	}
	if l := c.ofDeclared(s, d); l.Kind.Holds() {
		return l
	}
	w := &way{c: c, s: s, d: d, events: eventPlaces(d)}
	if l := c.ofLength(d); l.Kind != None {
		return l
	}
	if l := c.ofGroup(w); l.Kind != None {
		return l
	}
	near := Limit{}
	for n, fr := range d.Chain {
		reg := w.region(n)
		l := c.inFrame(w, reg, fr)
		if l.Kind.Holds() {
			return l
		}
		if near.Kind == None {
			near = l
		}
	}
	if l := c.inBodies(w); l.Kind != None {
		if l.Kind.Holds() || near.Kind == None {
			return l
		}
	}
	return near
}

// ofDriver finds limits that lie with who drives: listeners and protocols.
func (c *Checker) ofDriver(d loops.Driver) Limit {
	e := d.Event
	if e == nil || d.Who != peer.Peer {
		return Limit{}
	}
	if e.Gated {
		return Limit{Kind: Counter, At: e.Instr}
	}
	if e.Capped && !c.capLifted() {
		return Limit{Kind: Protocol, At: e.Instr}
	}
	if !e.Accept {
		return Limit{}
	}
	if call, ok := e.Instr.(ssa.CallInstruction); ok {
		recv := valueflow.Recv(call)
		if recv != nil && c.Eff.LimitedListener(recv) {
			return Limit{Kind: Listener, At: e.Instr, Name: c.x.Describe(recv)}
		}
		if f := valueflow.StaticCallee(call); f != nil && f.Blocks != nil && c.Eff.TakesSlot(f) {
			return Limit{Kind: Listener, At: e.Instr}
		}
	}
	return Limit{}
}

// A way is one spawn with one driver, as limits are looked for along it.
type way struct {
	c      *Checker
	s      effects.Spawn
	d      loops.Driver
	events []ssa.Value // what the driving event delivers
	// entries reports that the site adds an entry to a container, which stays
	// when the event is over.
	entries bool
}

// A region is the part of a function that runs once per event.
type region struct {
	fn   *ssa.Function
	loop *flowgraph.Loop // nil: the whole function
	site ssa.Instruction
	// reach has the blocks that can come before the site in one round.
	reach map[*ssa.BasicBlock]bool
}

func (w *way) region(n int) *region {
	fr := w.d.Chain[n]
	r := &region{fn: fr.Fn, site: fr.Site}
	if n == len(w.d.Chain)-1 {
		r.loop = w.d.Loop
	}
	r.reach = map[*ssa.BasicBlock]bool{}
	r.fill(fr.Site.Block())
	return r
}

// fill collects the blocks before b, not going back around the loop.
func (r *region) fill(b *ssa.BasicBlock) {
	if r.reach[b] || r.loop != nil && !r.loop.Contains(b) {
		return
	}
	r.reach[b] = true
	if r.loop != nil && b == r.loop.Header {
		return
	}
	for _, p := range b.Preds {
		r.fill(p)
	}
}

// before reports whether i can execute before the site in one round.
func (r *region) before(i ssa.Instruction) bool {
	b := i.Block()
	if !r.reach[b] {
		return false
	}
	if b == r.site.Block() {
		return flowgraph.Dominates(i, r.site)
	}
	return true
}

// has reports whether i is in the part of the function that runs per event.
func (r *region) has(i ssa.Instruction) bool {
	return i.Parent() == r.fn && (r.loop == nil || r.loop.Contains(i.Block()))
}

// inFrame looks for limits in one function of the chain.
func (c *Checker) inFrame(w *way, reg *region, fr loops.Frame) Limit {
	if c.Eff.JoinedBefore(w.s, fr.Site, w.d.Kind != loops.Handles, reg.ends) || c.joinsPrevious(w, reg) {
		return Limit{Kind: Joined, At: fr.Site}
	}
	if c.optedOut(w, reg) {
		return Limit{Kind: OptOut, At: fr.Site}
	}
	slot := c.slotBefore(w, reg)
	if slot.Kind.Holds() {
		return slot
	}
	guard := c.guardBefore(w, reg)
	if guard.Kind.Holds() || slot.Kind == None {
		return guard
	}
	return slot
}

// joinsPrevious reports whether the loop waits for the goroutine of an
// earlier round before it starts the next, or whoever it calls does.
func (c *Checker) joinsPrevious(w *way, reg *region) bool {
	for b := range reg.reach {
		for _, i := range b.Instrs {
			if call, ok := i.(*ssa.Call); ok && w.d.Who == peer.Peer && w.d.Kind != loops.Handles && reg.before(i) && c.Eff.JoinsGroup(w.s, call) {
				return true // perhaps not each time: what else tells when is not seen
			}
			if reg.loop == nil {
				continue
			}
			if u, ok := i.(*ssa.UnOp); ok && reg.before(i) && c.Eff.JoinsAt(w.s, u) {
				return true
			}
		}
	}
	return false
}

// leads reports whether control can get from the end of b through succ to
// the site in the same round without passing b again.
func (r *region) leads(b, succ *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{b: true}
	var walk func(x *ssa.BasicBlock) bool
	walk = func(x *ssa.BasicBlock) bool {
		if x == r.site.Block() {
			return true
		}
		if seen[x] || !r.reach[x] || r.loop != nil && x == r.loop.Header {
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
	return walk(succ)
}

// ends reports whether leaving b for next is the end of one round: the back
// edge of the loop, or the function's return.
func (r *region) ends(b, next *ssa.BasicBlock) bool {
	if r.loop != nil {
		return next == r.loop.Header
	}
	return next == nil
}

// eventPlaces returns what the driver's event delivers, to tell keys that a
// peer chose.
func eventPlaces(d loops.Driver) []ssa.Value {
	if d.Event == nil || d.Event.Value == nil {
		return nil
	}
	return []ssa.Value{d.Event.Value}
}
