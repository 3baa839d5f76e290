package unbufferedwrite

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// held is a lock that is held where something happens.
type held struct {
	instr ssa.CallInstruction // Lock
	addr  ssa.Value           // the mutex
	name  string
}

// lockAt returns the mutex that call locks or unlocks.
func lockAt(call ssa.CallInstruction) (addr ssa.Value, locks, ok bool) {
	fn := callee(call)
	recv := valueflow.Recv(call)
	if fn == nil || recv == nil || !apimodel.IsClass(recv.Type(), apimodel.Lock) {
		return nil, false, false
	}
	switch fn.Name() {
	case "Lock", "RLock":
		return recv, true, true
	case "Unlock", "RUnlock":
		return recv, false, true
	}
	return nil, false, false
}

// heldAt returns the locks of i's own function that are held at i on some
// path: locked before, not unlocked since. Deferred unlocks come later.
func (sc *scan) heldAt(i ssa.Instruction) (hs []held) {
	f := i.Parent()
	for _, b := range f.Blocks {
		for _, j := range b.Instrs {
			call, ok := j.(*ssa.Call)
			if !ok || j == i {
				continue
			}
			addr, locks, ok := lockAt(call)
			if !ok || !locks || !flowgraph.Dominates(j, i) {
				continue
			}
			place := sc.x.PlaceOf(addr)
			unlocked := !reaches(j, i, func(k ssa.Instruction) bool {
				u, ok := k.(*ssa.Call)
				if !ok {
					return false
				}
				a, locks, ok := lockAt(u)
				return ok && !locks && sc.x.PlaceOf(a).Meets(place)
			})
			if !unlocked {
				hs = append(hs, held{call, addr, sc.x.Describe(addr)})
			}
		}
	}
	return hs
}

// reaches reports whether control can get from a to b without a barrier.
func reaches(a, b ssa.Instruction, barrier func(ssa.Instruction) bool) bool {
	found := false
	flowgraph.PathQuery{
		From: a,
		Barrier: func(i ssa.Instruction) bool {
			if i == b {
				found = true
				return true
			}
			return barrier(i)
		},
		End: func(_, _ *ssa.BasicBlock) bool { return false },
	}.Exists()
	return found
}

// shared reports whether the lock is one that others than the writers of one
// connection need: it stands alone, or in a struct that has no connection,
// and is taken in several places.
func (sc *scan) shared(h held, s *site) bool {
	if fa, ok := h.addr.(*ssa.FieldAddr); ok && sc.ofConn(fa.X.Type(), s) {
		return false
	}
	place := sc.x.PlaceOf(h.addr)
	n := 0
	for _, l := range sc.lockings() {
		if l.Meets(place) {
			n++
		}
	}
	return n > 1
}

// lockings returns the places of the mutexes that the package locks, one for
// each time.
func (sc *scan) lockings() []valueflow.Origins {
	if sc.locks != nil {
		return sc.locks
	}
	sc.locks = []valueflow.Origins{}
	for _, f := range sc.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					if a, locks, ok := lockAt(call); ok && locks {
						sc.locks = append(sc.locks, sc.x.PlaceOf(a))
					}
				}
			}
		}
	}
	return sc.locks
}

// ofConn reports whether struct t is the state of one connection: it has the
// connection, or a writer over it, in a field.
func (sc *scan) ofConn(t types.Type, s *site) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if s.sink.On[f.Origin()] || effects.HasWriteDeadline(f.Type()) || isCallStream(f.Type()) {
			return true
		}
		for _, v := range sc.x.FieldStores(f) {
			if v == s.to || sc.stall.Sink(v).On.Meets(s.sink.On) {
				return true
			}
		}
	}
	return false
}

// stalling decides whether call writes to a peer while others wait: a lock of
// theirs is held, or it is one round of a loop over all clients.
func (sc *scan) stalling(call ssa.CallInstruction) (verdict, bool) {
	kind := lockedWrite
	if fn := callee(call); fn == nil {
		return verdict{}, false
	} else if strings.HasPrefix(fn.Name(), "Close") {
		kind = closeWrite
		if !sc.Strict {
			return verdict{}, false
		}
	}
	writes := sc.writesAt(call)
	if len(writes) == 0 {
		return verdict{}, false
	}
	hs := sc.heldAt(call)
	for _, s := range writes {
		if !sc.stalls(s) || s.sink.Dialled && !s.sink.Served {
			continue
		}
		for _, h := range hs {
			if s.sink.Served && sc.shared(h, s) {
				return verdict{kind: kind, site: s, call: call, lock: &h}, true
			}
		}
		if over, ok := sc.eachClient(call, s); ok {
			return verdict{kind: kind, site: s, call: call, over: over}, true
		}
		if len(hs) == 0 || !s.sink.Served {
			continue
		}
		// A lock of the connection's own, held for callers who hold another's.
		if h, ok := sc.heldByCallers(call.Parent(), s, 0); ok {
			return verdict{kind: kind, site: s, call: call, lock: &h}, true
		}
	}
	return verdict{}, false
}

// heldByCallers returns a shared lock that some caller of f holds when it
// calls it.
func (sc *scan) heldByCallers(f *ssa.Function, s *site, depth int) (held, bool) {
	if depth == 3 {
		return held{}, false
	}
	for _, c := range sc.callers(f) {
		if _, isGo := c.(*ssa.Go); isGo || c.Parent() == f {
			continue
		}
		for _, h := range sc.heldAt(c) {
			if sc.shared(h, s) {
				return h, true
			}
		}
		if h, ok := sc.heldByCallers(c.Parent(), s, depth+1); ok {
			return h, true
		}
	}
	return held{}, false
}

// callers returns the calls that may invoke f; for a literal that is handed to
// a function of another package (an iterator, mostly), that call.
func (sc *scan) callers(f *ssa.Function) []ssa.CallInstruction {
	cs := sc.x.Callers(f)
	if f.Parent() == nil {
		return cs
	}
	for _, reg := range sc.x.Registrations(f) {
		if reg.Call.Parent() == f.Parent() {
			cs = append(cs[:len(cs):len(cs)], reg.Call)
		}
	}
	return cs
}
