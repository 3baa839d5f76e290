package unboundedgo

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
)

// The kinds of the rule.
const (
	acceptLoop  = "accept-loop"
	receiveLoop = "receive-loop"
	handlerKind = "handler"
	fanOut      = "fan-out"
	tick        = "tick"
	lateAcquire = "late-acquire"
	overflow    = "overflow"
	recursion   = "recursion"
	wrongScope  = "wrong-scope"
)

// precedence orders the kinds that may fit one site: the one that says most
// about what to change comes first.
var precedence = []string{overflow, lateAcquire, wrongScope, recursion, acceptLoop, receiveLoop, handlerKind, fanOut, tick}

// A verdict is a finding before it is put into words.
type verdict struct {
	kind   string
	spawn  effects.Spawn
	driver loops.Driver
	limit  limits.Limit
	// full is the select or try whose failure starts the goroutine, for
	// overflow.
	full ssa.Instruction
	// waitsFor is what the goroutine waits for on behalf of one that may give
	// up first, "" for any other goroutine.
	waitsFor string
	// library: the goroutines are those of a library's server.
	library bool
	// others are started with it, for the same connection.
	others []ssa.Instruction
}

type classifier struct {
	rule    *rule
	eff     *effects.Result
	finder  *loops.Finder
	checker *limits.Checker
}

// classify returns the finding at the spawn s; ok is false when there is
// none or when it cannot be told.
func (c *classifier) classify(s effects.Spawn) (v verdict, ok bool) {
	f := s.Instr.Parent()
	if c.runsParameter(f, s) || c.neverWaits(s) || endsOne(s) {
		return v, false
	}
	if v, ok := c.overflows(s); ok {
		return v, true
	}
	if _, ok := c.eff.OnlySends(s); ok {
		return v, false // a queue made of goroutines: unboundedqueue speaks of it
	}
	if v, ok := c.recurses(s); ok {
		return v, true
	}
	if v, ok := c.abandons(s); ok {
		return v, true
	}
	for _, d := range c.finder.Drivers(s.Instr) {
		l := c.checker.Of(s, d)
		if l.Kind.Holds() {
			continue
		}
		kind := c.kindOf(s, d, l)
		if kind == "" || ok && rankOf(kind) >= rankOf(v.kind) {
			continue
		}
		v, ok = verdict{kind: kind, spawn: s, driver: d, limit: l}, true
	}
	return v, ok
}

func rankOf(kind string) int {
	for i, k := range precedence {
		if k == kind {
			return i
		}
	}
	return len(precedence)
}

// runsParameter reports whether the spawn runs a function that the callers
// of f pass: then f is like go itself, and its calls are the sites.
func (c *classifier) runsParameter(f *ssa.Function, s effects.Spawn) bool {
	for g := f; g != nil; g = g.Parent() {
		if g.Parent() == nil {
			return c.eff.RunsOwnParameter(g, s.Instr)
		}
	}
	return false
}

// neverWaits reports whether the goroutine provably waits for nobody: it
// ends as fast as the machine runs, and does not pile up.
func (c *classifier) neverWaits(s effects.Spawn) bool {
	return !s.Pooled && c.waits(s) == effects.Never
}

func (c *classifier) waits(s effects.Spawn) effects.Wait { return c.eff.WaitsOfSpawn(s) }

// kindOf names what d drives without a limit; "" where that is not reported.
func (c *classifier) kindOf(s effects.Spawn, d loops.Driver, l limits.Limit) string {
	if d.Kind != loops.Accepts && onError(s.Instr) {
		return "" // cleans up after something that failed, and fails no more
	}
	if s.Timer && d.Kind != loops.Accepts {
		return "" // a timer per message is a strict kind of another rule
	}
	looksLimited := ""
	switch l.Kind {
	case limits.Late:
		looksLimited = lateAcquire
	case limits.PerEvent, limits.EarlyGive, limits.Unlimited, limits.LateCount:
		looksLimited = wrongScope
	}
	switch d.Kind {
	case loops.Handles:
		if d.Who == peer.Input {
			if looksLimited == "" {
				return c.perItem(s, d)
			}
			return looksLimited
		}
		if !c.outlives(s, d) {
			return ""
		}
		if looksLimited == "" {
			return handlerKind
		}
	case loops.Ticks:
		if looksLimited == "" {
			if c.outlastsTick(s, d) {
				return tick
			}
			return ""
		}
	case loops.Accepts:
		if looksLimited == "" {
			return acceptLoop
		}
	case loops.Receives, loops.Elements:
		if looksLimited == "" {
			return c.perElement(s, d)
		}
	case loops.Collection:
		if looksLimited == "" {
			return c.perItem(s, d)
		}
		if d.Who < peer.Input && isWorker(s) {
			return "" // it stays, and takes a slot for each piece of its work
		}
	}
	return looksLimited
}

// isWorker reports whether the goroutine goes round a loop in which it waits
// for more to do: there are as many as somebody has set up.
func isWorker(s effects.Spawn) bool {
	return slices.ContainsFunc(s.Bodies, func(f *ssa.Function) bool {
		return slices.ContainsFunc(flowgraph.Loops(f).All(), func(l *flowgraph.Loop) bool {
			return slices.ContainsFunc(l.Blocks(), func(b *ssa.BasicBlock) bool {
				return slices.ContainsFunc(b.Instrs, func(i ssa.Instruction) bool {
					sel, isSelect := i.(*ssa.Select)
					return isSelect && sel.Blocking && slices.ContainsFunc(sel.States, func(st *ssa.SelectState) bool { return st.Dir == types.RecvOnly })
				})
			})
		})
	})
}

// onError reports whether i is on the branch that is taken when an error has
// come up in the same function.
func onError(i ssa.Instruction) bool {
	for d := i.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		b, ok := br.Cond.(*ssa.BinOp)
		if !ok || !types.Identical(b.X.Type(), types.Universe.Lookup("error").Type()) {
			continue
		}
		if b.Op == token.NEQ && flowgraph.EdgeDominates(d, 0, i.Block()) || b.Op == token.EQL && flowgraph.EdgeDominates(d, 1, i.Block()) {
			return true
		}
	}
	return false
}

// perElement classifies a goroutine per received element.
func (c *classifier) perElement(s effects.Spawn, d loops.Driver) string {
	switch {
	case d.Who == peer.Peer:
		return receiveLoop
	case d.Who == peer.Input:
		if c.waits(s).IO() || c.rule.Strict {
			return fanOut
		}
	case c.rule.Strict:
		return receiveLoop
	}
	return ""
}

// maxItemFrames is how far from its loop the spawn of a fan-out may be.
const maxItemFrames = 2

// perItem classifies a goroutine per element of a collection.
func (c *classifier) perItem(s effects.Spawn, d loops.Driver) string {
	if len(d.Chain) > maxItemFrames {
		return "" // what the collection means is lost on a way that long
	}
	if d.Who >= peer.Input && c.waits(s).IO() || c.rule.Strict {
		return fanOut
	}
	return ""
}

// overflows recognises the spawn in the branch that is taken when a queue,
// pool or semaphore is full.
func (c *classifier) overflows(s effects.Spawn) (verdict, bool) {
	f := s.Instr.Parent()
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			sel, ok := i.(*ssa.Select)
			if !ok || sel.Blocking || !admitsWork(sel) {
				continue
			}
			arm, ok := flowgraph.ArmOf(sel, s.Instr.Block())
			if !ok || arm != flowgraph.Default {
				continue
			}
			return c.unlessLimited(s, sel)
		}
	}
	return verdict{}, false
}

// admitsWork reports whether an arm of the select hands work over or takes a
// slot: it sends. An arm that receives asks whether to stop.
func admitsWork(sel *ssa.Select) bool {
	for _, st := range sel.States {
		if st.Dir == types.SendOnly {
			return true
		}
	}
	return false
}

// unlessLimited makes the overflow verdict, unless something else limits the
// spawn.
func (c *classifier) unlessLimited(s effects.Spawn, full ssa.Instruction) (verdict, bool) {
	ds := c.finder.Drivers(s.Instr)
	own := loops.Driver{Kind: loops.Handles, Chain: []loops.Frame{{Fn: s.Instr.Parent(), Site: s.Instr}}}
	v := verdict{kind: overflow, spawn: s, driver: own, full: full}
	if len(ds) > 0 {
		v.driver = ds[0]
	}
	for _, d := range append(ds, own) {
		if d.Event != nil && d.Event.Capped {
			// The protocol's cap is per connection; whoever built a pool beside
			// it wants a limit for all of them.
			e := *d.Event
			e.Capped = false
			d.Event = &e
		}
		if c.checker.Of(s, d).Kind.Holds() {
			return verdict{}, false
		}
	}
	return v, true
}

// recurses recognises a goroutine per child: the spawn is in a loop of a
// function that the goroutine itself calls.
func (c *classifier) recurses(s effects.Spawn) (verdict, bool) {
	f := s.Instr.Parent()
	outer := f
	for outer.Parent() != nil {
		outer = outer.Parent()
	}
	if !c.reaches(s.Bodies, outer, 3) && !c.reaches(s.Bodies, f, 3) {
		return verdict{}, false
	}
	for _, d := range c.finder.Drivers(s.Instr) {
		if d.Kind != loops.Collection || len(d.Chain) > 1 || d.Who != peer.Unknown && d.Who < peer.Input {
			continue
		}
		l := c.checker.Of(s, d)
		if l.Kind.Holds() && l.Kind != limits.SingleFlight { // each child once is no bound
			return verdict{}, false
		}
		if l.Kind == limits.None || l.Kind == limits.SingleFlight {
			return verdict{kind: recursion, spawn: s, driver: d, limit: l}, true
		}
	}
	return verdict{}, false
}

// reaches reports whether one of the functions is or certainly calls target.
func (c *classifier) reaches(fs []*ssa.Function, target *ssa.Function, depth int) bool {
	for _, f := range fs {
		if f == target {
			return true
		}
		if depth == 0 {
			continue
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok {
					continue
				}
				gs, _ := c.eff.Index().Callees(call)
				if c.reaches(gs, target, depth-1) {
					return true
				}
			}
		}
	}
	return false
}
