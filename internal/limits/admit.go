package limits

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// guardCall classifies a call whose result decides whether the site runs.
func (c *Checker) guardCall(w *way, call *ssa.Call) Limit {
	fn := valueflow.Callee(call)
	if fn != nil && isFlip(fn) {
		return Limit{Kind: SingleFlight}
	}
	if recv := valueflow.Recv(call); recv != nil && apimodel.IsClass(recv.Type(), apimodel.Instant) {
		return Limit{Kind: Paced} // After, Before
	}
	fs, open := c.x.Callees(call)
	for _, f := range fs {
		if k := c.admits(w, f); k != None {
			return Limit{Kind: k, Name: f.Name()}
		}
	}
	if len(fs) > 0 && !open {
		return Limit{}
	}
	if c.Eff.Admits(fn) {
		return Limit{Kind: Counter, Name: fn.Name()}
	}
	return Limit{}
}

// admits reports whether f tests a count, takes a slot or sets a flag, so
// that its result may mean "admitted".
func (c *Checker) admits(w *way, f *ssa.Function) Kind {
	if c.busy[f] {
		return None
	}
	c.busy[f] = true
	defer delete(c.busy, f)
	if c.Eff.TakesSlot(f) {
		return Slot
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.BinOp:
				if !decidesReturn(i) || c.isTrip(i) {
					continue
				}
				if l := c.compare(&way{c: c, d: w.d, entries: w.entries}, nil, i); l.Kind == Counter {
					return Counter
				}
			case *ssa.Call:
				if fn := valueflow.Callee(i); fn != nil && isFlip(fn) {
					return SingleFlight
				}
			case *ssa.Lookup:
				if i.CommaOk && c.setsKey(f, i) && !c.keyedByAddress(i.Index, 0) {
					return SingleFlight
				}
			}
		}
	}
	return None
}

// decidesReturn reports whether the comparison is returned, or decides
// whether f returns at once.
func decidesReturn(b *ssa.BinOp) bool {
	for _, r := range *b.Referrers() {
		switch r := r.(type) {
		case *ssa.Return:
			return true
		case *ssa.Phi:
			return true // && and || of a returned condition
		case *ssa.If:
			if leaves(r.Block().Succs[0]) || leaves(r.Block().Succs[1]) {
				return true
			}
		}
	}
	return false
}

// isTrip reports whether the comparison only counts the rounds of a loop: a
// function that looks through a list and says no at its end admits by what it
// finds, not by how many there are.
func (c *Checker) isTrip(b *ssa.BinOp) bool {
	for _, r := range *b.Referrers() {
		if br, ok := r.(*ssa.If); ok && c.countsRounds(br) {
			return true
		}
	}
	return false
}

// setsKey reports whether f enters something into the map that l looks up.
func (c *Checker) setsKey(f *ssa.Function, l *ssa.Lookup) bool {
	on := c.x.Origins(l.X)
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if u, ok := i.(*ssa.MapUpdate); ok && c.x.Origins(u.Map).Meets(on) {
				return true
			}
		}
	}
	return false
}
