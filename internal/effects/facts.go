package effects

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// A funcFact is the part of a Summary that other packages can use.
type funcFact struct {
	Waits      Wait
	Accepts    bool
	Roomy      bool   // what one call accepts takes some bytes before its peer reads
	Unit       string // what one call yields, "" for nothing
	YieldsFrom int    // the parameter, plus one, that one call takes a unit from
	Slots      []slotFact
	SpawnsArgs []int
	Spawns     bool
	Calls      []callFact
	Admits     bool // the result may say whether a count allows one more
	Limits     bool // the result is a listener or group with a limit
	Plain      bool // its name says that it may admit, its body that it limits nothing
	Writes     writeFact
	Reads      *streams.Fact
	Server     serverFact
}

// A slotFact is a slot operation on a place that has a name everywhere.
type slotFact struct {
	Verb  Verb
	Place string // "import/path.field", "import/path.var", or "@n" for parameter n
	Waits bool   // false for a try
	Sure  bool   // a call that returns has done it
	Depth int    // how many calls down
	Ended bool   // something besides the slot can end the wait
	// Endless: the semaphore has more slots than any machine can use.
	Endless bool
}

// A callFact says that the function calls its parameter Arg once per Unit it
// receives, one call after the other.
type callFact struct {
	Arg     int
	Unit    string
	Accepts bool
}

func (*funcFact) AFact() {}

func (f *funcFact) String() string {
	var s []string
	if f.Spawns {
		s = append(s, "spawns")
	}
	if len(f.SpawnsArgs) > 0 {
		s = append(s, fmt.Sprintf("spawns%v", f.SpawnsArgs))
	}
	if f.Unit != "" {
		s = append(s, "yields "+f.Unit)
	}
	if f.YieldsFrom > 0 {
		s = append(s, fmt.Sprintf("yields from %d", f.YieldsFrom-1))
	}
	for _, op := range f.Slots {
		s = append(s, op.Verb.String()+" "+op.Place[strings.LastIndexByte(op.Place, '/')+1:])
	}
	for _, c := range f.Calls {
		s = append(s, fmt.Sprintf("calls %d per %s", c.Arg, c.Unit))
	}
	if f.Admits {
		s = append(s, "admits")
	}
	if f.Limits {
		s = append(s, "limits")
	}
	if f.Plain {
		s = append(s, "limits nothing")
	}
	for n, of := range [][]int{f.Writes.To, f.Writes.Over, f.Writes.Bare, f.Writes.Until} {
		if len(of) > 0 {
			s = append(s, fmt.Sprintf("%s%v", [...]string{"writes", "writes over", "writes bare", "write deadline"}[n], of))
		}
	}
	if f.Writes.Held {
		s = append(s, "writes")
	}
	if f.Reads != nil {
		s = append(s, f.Reads.String())
	}
	s = append(s, f.Server.strings()...)
	if f.Waits == Never {
		s = append(s, "never waits")
	}
	return strings.Join(s, "; ")
}

// factOf returns the fact of f, nil when it says nothing that the absence of
// a fact would not.
func (r *Result) factOf(f *ssa.Function) *funcFact {
	s := r.Of(f)
	fact := &funcFact{Waits: s.Waits, SpawnsArgs: s.SpawnsArgs, Spawns: s.Spawns, YieldsFrom: s.YieldsFrom, Limits: r.limitedResult(f), Calls: r.callsPerUnit(f)}
	if s.Yields != nil {
		fact.Accepts, fact.Roomy, fact.Unit = s.Yields.Accept, s.Yields.Roomy, string(s.Yields.Unit)
	}
	fact.Admits = r.admits(f)
	fact.Plain = r.plain(f)
	fact.Writes = r.writesOf(f)
	if reads := r.Streams().Summarize(f); !reads.Zero() {
		fact.Reads = &reads
	}
	fact.Server = r.serverFactOf(f)
	for _, op := range s.Slots {
		if op.Guess || op.Verb == CountUp || op.Verb == CountDown {
			continue // a count means something only beside its comparison
		}
		for _, p := range op.places(f) {
			fact.Slots = append(fact.Slots, slotFact{op.Verb, p, op.Waits, op.Sure, op.Depth, op.Ended, op.Endless || r.endlessAt(op.On)})
		}
	}
	if s.Waits == Unresolved && fact.String() == "" {
		return nil
	}
	return fact
}

// fact returns the fact of a function of another package.
func (r *Result) fact(fn *types.Func) (*funcFact, bool) {
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == r.pass.Pkg {
		return nil, false
	}
	var f funcFact
	if r.pass.ImportObjectFact(fn.Origin(), &f) {
		return &f, true
	}
	return nil, false
}

// callsPerUnit finds the function parameters that f calls in a loop that a
// peer drives.
func (r *Result) callsPerUnit(f *ssa.Function) []callFact {
	var out []callFact
	loops := r.forests.Of(f)
	instructions(f, func(i ssa.Instruction) bool {
		c, ok := i.(*ssa.Call)
		if !ok || c.Call.IsInvoke() || c.Call.StaticCallee() != nil {
			return true
		}
		l := loops.Innermost(c.Block())
		p := r.paramOf(c.Call.Value, f)
		if l == nil || p == nil {
			return true
		}
		for _, b := range l.Blocks() {
			for _, j := range b.Instrs {
				for _, e := range r.EventsAt(j) {
					if j != i && e.Who == peer.Peer && e.Dominates(c.Block()) {
						out = append(out, callFact{paramIndex(p), string(e.Unit), e.Accept})
						return true
					}
				}
			}
		}
		return true
	})
	return out
}

// CallsPerUnit reports whether fn, a function of another package, calls its
// parameter arg once per unit that a peer sends or opens.
func (r *Result) CallsPerUnit(fn *types.Func, arg int) (unit apimodel.Unit, accepts, ok bool) {
	f, found := r.fact(fn)
	if !found {
		return "", false, false
	}
	for _, c := range f.Calls {
		if c.Arg == arg {
			return apimodel.Unit(c.Unit), c.Accepts, true
		}
	}
	return "", false, false
}

// admits reports whether f's result may say that there is room: it returns a
// flag or an error, compares numbers and counts up.
func (r *Result) admits(f *ssa.Function) bool {
	res := f.Signature.Results()
	if res.Len() == 0 || yieldsValue(f) && res.Len() == 1 {
		return false
	}
	counts, compares := false, false
	instructions(f, func(i ssa.Instruction) bool {
		if b, ok := i.(*ssa.BinOp); ok {
			switch b.Op {
			case token.LSS, token.LEQ, token.GTR, token.GEQ:
				compares = true
			}
		}
		for _, op := range r.SlotsAt(i) {
			counts = counts || op.Verb == CountUp
		}
		return !counts || !compares
	})
	return counts && compares
}

// Admits reports whether the result of fn, a function of another package,
// may say that there is room for one more.
func (r *Result) Admits(fn *types.Func) bool {
	if len(apimodel.FuncRows(fn)) > 0 {
		return false // the tables say what it does
	}
	f, ok := r.fact(fn)
	return ok && f.Admits
}

// LimitedResult reports whether the result of fn, a function of another
// package, has a limit of its own: a limiting listener, a group with a limit.
func (r *Result) LimitedResult(fn *types.Func) bool {
	if _, ok := apimodel.Find(fn, apimodel.LimitListener); ok {
		return true
	}
	f, ok := r.fact(fn)
	return ok && f.Limits
}
