package unbufferedwrite

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// writeLimit is how long a write may take, where the package does not say.
var writeLimit = inscope.TimeLimit{
	Verb: "write",
	Doc:  []string{"is how long a peer may take to read one message.", "Tune it to the slowest one that is worth waiting for."},
	Time: "10 * %.Second",
}

// freeToLeave reports whether the function may return at s: no lock is held
// that only later code unlocks.
func (sc *scan) freeToLeave(s *site) bool {
	for _, h := range sc.heldAt(s.call) {
		place, deferred := sc.x.PlaceOf(h.addr), false
		for _, b := range s.fn().Blocks {
			for _, i := range b.Instrs {
				if d, ok := i.(*ssa.Defer); ok {
					a, locks, ok := lockAt(d)
					deferred = deferred || ok && !locks && sc.x.PlaceOf(a).Meets(place)
				}
			}
		}
		if !deferred {
			return false
		}
	}
	return true
}
