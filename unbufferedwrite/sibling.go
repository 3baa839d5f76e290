package unbufferedwrite

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/stall"
)

// siblings decides which writes lack the deadline that others to the same
// connection have: on some ways to them only, in another arm of the same
// function, or in another method of the same type.
func (sc *scan) siblings() (vs []verdict) {
	ways := make([]stall.Ways, len(sc.sites))
	for n, s := range sc.sites {
		if s.sink.Deadlines() {
			if set, ends := sc.stall.Ends(s.sink); ends && set.Instr != nil {
				ways[n] = sc.stall.Before(s.call, s.sink)
			}
		}
	}
	for n, s := range sc.sites {
		w := ways[n]
		if _, isGo := s.call.(*ssa.Go); isGo || closing(s.fn()) || effects.CopiesAll(s.call) {
			continue // a go statement holds up nobody
		}
		if w.Covered && w.Bare && !w.Here {
			vs = append(vs, verdict{kind: sibling, site: s, call: s.call, set: w.Set, bare: w.Root})
			continue
		}
		if w.Covered || w.OptIn != nil || !w.Bare && !w.Unknown && !w.Handler || !sc.repeated(s) {
			continue
		}
		for m, t := range sc.sites {
			if ways[m].Here && t.sink.On.Meets(s.sink.On) && sameState(s, t) {
				vs = append(vs, verdict{kind: sibling, site: s, call: s.call, set: ways[m].Set, covered: t})
				break
			}
		}
	}
	return vs
}

// repeated reports whether the write happens again and again.
func (sc *scan) repeated(s *site) bool {
	return sc.finder.Forest(s.fn()).Innermost(s.call.Block()) != nil || len(sc.finder.Drivers(s.call)) > 0
}

// sameState reports whether two writes are in one function, or in two methods
// of one type.
func sameState(s, t *site) bool {
	f, g := declared(s.fn()), declared(t.fn())
	if f == g {
		return true
	}
	r, q := f.Signature.Recv(), g.Signature.Recv()
	return r != nil && q != nil && types.Identical(r.Type(), q.Type())
}

// closing reports whether f ends things: what it writes is the last.
func closing(f *ssa.Function) bool {
	name := strings.ToLower(declared(f).Name())
	for _, end := range []string{"close", "shutdown", "stop", "disconnect", "kill", "terminate", "quit"} {
		if strings.HasPrefix(name, end) {
			return true
		}
	}
	return false
}
