// Package loops answers how often a piece of code runs, and who decides:
// a peer, an input, the clock, or nobody that can be told.
//
// The driver of a site is what gates the innermost loop around it that does
// not have a constant or configured number of rounds. Where the function of
// the site has no such loop, its callers are asked, up to maxFrames calls
// up. A go statement ends the search: what runs once per goroutine is
// bounded by whatever bounds the goroutines.
package loops

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

const (
	maxFrames = 6   // calls between a site and its driver; the labelled corpus needs 4
	maxVisits = 200 // functions looked at for one site
)

// A Kind is how a site is driven.
type Kind uint8

const (
	_          Kind = iota
	Accepts         // once per unit a peer opens
	Receives        // once per unit a peer or an input sends
	Elements        // once per element of a channel whose senders decide
	Collection      // once per element of a collection, or a counted number of times
	Ticks           // once per tick of a clock
	Handles         // once per call of a handler or library callback
)

// A Frame is one function on the way from a driver to a site.
type Frame struct {
	Fn *ssa.Function
	// Site is the instruction that leads on: the call, or the site itself.
	Site ssa.Instruction
}

// A Driver is what makes a site run again and again.
type Driver struct {
	Kind Kind
	Who  peer.Decider
	Unit apimodel.Unit
	From string // what the source calls it; "" where it has no name
	// Event gates the loop; nil for Collection and Handles.
	Event *effects.Event
	// Loop is the gated loop in the function of the last frame; nil for
	// Handles and for loops that go/ssa has no back edge for (iterators).
	Loop *flowgraph.Loop
	// Over is the collection or count, nil for other kinds.
	Over ssa.Value
	// Chain leads from the site (first) to the driver's function (last).
	Chain []Frame
}

// Top returns the frame that has the driver.
func (d *Driver) Top() Frame { return d.Chain[len(d.Chain)-1] }

// A Finder looks for drivers in one package.
type Finder struct {
	Eff     *effects.Result
	x       *valueflow.Index
	forests flowgraph.Forests
	sending map[ssa.Instruction]bool // sends being asked about, against cycles
	// collecting has the appends being asked about, for the same reason.
	collecting map[ssa.Instruction]bool
}

// NewFinder returns a Finder over the package of eff.
func NewFinder(eff *effects.Result) *Finder {
	return &Finder{Eff: eff, x: eff.Index(), forests: flowgraph.Forests{}, sending: map[ssa.Instruction]bool{}, collecting: map[ssa.Instruction]bool{}}
}

// Forest returns the loops of f.
func (fd *Finder) Forest(f *ssa.Function) *flowgraph.Forest {
	return fd.forests.Of(f)
}

// Drivers returns what drives the site: at most one driver per way to get to
// it, the nearest. Sites that run once, or as often as the program or its
// operator says, have none.
func (fd *Finder) Drivers(site ssa.Instruction) []Driver {
	s := &search{fd: fd, seen: map[ssa.Instruction]bool{}}
	s.visit([]Frame{{site.Parent(), site}})
	return s.found
}

// DriversBeyond is Drivers for a goroutine that may outlive the one that
// started it: a go statement on the way does not end the search.
func (fd *Finder) DriversBeyond(site ssa.Instruction) []Driver {
	s := &search{fd: fd, seen: map[ssa.Instruction]bool{}, beyond: true}
	s.visit([]Frame{{site.Parent(), site}})
	return s.found
}

type search struct {
	fd     *Finder
	seen   map[ssa.Instruction]bool
	visits int
	found  []Driver
	beyond bool // goes on through go statements
	// pending is what a function on the way waits for before it goes on to
	// the site, outside any loop of its own.
	pending *effects.Event
}

func (s *search) visit(chain []Frame) {
	top := chain[len(chain)-1]
	if s.seen[top.Site] || s.visits >= maxVisits {
		return
	}
	s.seen[top.Site] = true
	s.visits++
	for l := s.fd.Forest(top.Fn).Innermost(top.Site.Block()); l != nil; l = l.Outer {
		d, ok := s.fd.gate(l, top.Site)
		if !ok && s.pending != nil && s.fd.tripBound(l) == nil {
			// The loop only calls what waits for the event and then spawns.
			d, ok = s.fd.byEvent(l, s.pending)
		}
		if ok {
			s.add(d, chain)
			if d.Kind != Collection && d.Who >= peer.Input || d.Kind == Ticks {
				return
			}
		}
	}
	if s.pending == nil {
		s.pending = s.fd.eventBefore(top)
		defer func() { s.pending = nil }()
	}
	if d, ok := s.fd.iterated(top); ok {
		s.add(d, chain)
	}
	if d, ok := s.fd.handler(top.Fn); ok {
		s.add(d, chain)
		return
	}
	if len(chain) == maxFrames {
		return
	}
	callers := s.fd.x.Callers(top.Fn)
	if decorates(top.Fn) {
		callers = append(callers, s.fd.x.CallsLike(top.Fn)...)
	}
	for _, c := range callers {
		if _, ok := c.(*ssa.Go); ok && !s.beyond {
			continue
		}
		if c.Parent() == top.Fn {
			continue // recursion has a rule of its own
		}
		if ruledOut(top, c) {
			continue
		}
		s.visit(append(chain[:len(chain):len(chain)], Frame{c.Parent(), c}))
	}
}

func (s *search) add(d Driver, chain []Frame) {
	d.Chain = chain
	s.found = append(s.found, d)
}
