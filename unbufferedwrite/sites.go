package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/stall"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A site is one call that writes to a connection.
type site struct {
	call ssa.CallInstruction
	to   ssa.Value // what is written to
	sink *stall.Sink
	ends uint8 // whether a write may wait for ever: 1 no, 2 yes, 0 not yet asked
	// knob is the setting that is zero by default and without which no deadline
	// is set, opted where it is; nil for none.
	knob  *types.Var
	opted ssa.Instruction
}

func (s *site) fn() *ssa.Function { return s.call.Parent() }

// A scan is one package being looked at.
type scan struct {
	*rule
	eff    *effects.Result
	x      *valueflow.Index
	finder *loops.Finder
	stall  *stall.Checker
	rep    *report.Reporter
	funcs  []*ssa.Function

	sites []*site
	byFn  map[*ssa.Function][]*site
	led   map[*ssa.Function][]*site
	locks []valueflow.Origins             // of each Lock in the package, once looked for
	impls map[*types.Func][]*ssa.Function // by interface method
}

func newScan(r *rule, eff *effects.Result, rep *report.Reporter, funcs []*ssa.Function) *scan {
	fd := loops.NewFinder(eff)
	return &scan{
		rule: r, eff: eff, x: eff.Index(), finder: fd, stall: stall.NewChecker(fd), rep: rep, funcs: funcs,
		byFn: map[*ssa.Function][]*site{}, led: map[*ssa.Function][]*site{}, impls: map[*types.Func][]*ssa.Function{},
	}
}

// collect finds the writes to connections in the package.
func (sc *scan) collect() {
	for _, f := range sc.funcs {
		if stall.PassesOn(f) {
			continue // its callers have the deadlines
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok || sc.rep.Skips(call.Pos()) {
					continue
				}
				if s := sc.callStream(call); s != nil {
					sc.sites = append(sc.sites, s)
					sc.byFn[f] = append(sc.byFn[f], s)
					continue
				}
				for _, v := range sc.eff.WritesOf(call) {
					if sc.eff.Hands(v, f) {
						continue // the callers' write
					}
					if k := sc.stall.Sink(v); k.Conn != nil && (!k.Local || k.Served) && !k.Own {
						s := &site{call: call, to: v, sink: k}
						sc.sites = append(sc.sites, s)
						sc.byFn[f] = append(sc.byFn[f], s)
						break
					}
				}
			}
		}
	}
}

// callStream returns the write that call does to the stream of a remote call,
// nil for others. No deadline can be set on that, only the client's own ends
// it: a handler that waits alone is the client's affair, but what others wait
// for with it is not.
func (sc *scan) callStream(call ssa.CallInstruction) *site {
	fn, recv := callee(call), valueflow.Recv(call)
	if fn == nil || recv == nil || fn.Name() != "Send" && fn.Name() != "SendMsg" || !isCallStream(recv.Type()) {
		return nil
	}
	return &site{call: call, to: recv, sink: &stall.Sink{Conn: recv, On: sc.x.Origins(recv), Unit: apimodel.Stream, Served: true}}
}

// isCallStream reports whether t is the server's side of a streaming call.
func isCallStream(t types.Type) bool {
	return hasMethod(t, "SendMsg") && hasMethod(t, "RecvMsg") && hasMethod(t, "Context") && !hasMethod(t, "CloseSend")
}

// stalls reports whether a peer may hold up the write for ever: no deadline
// and no clock ends it, or only on ways that do not lead here.
func (sc *scan) stalls(s *site) bool {
	if s.ends == 0 {
		s.ends = 1
		if sc.neverEnds(s) {
			s.ends = 2
		}
	}
	return s.ends == 2
}

func (sc *scan) neverEnds(s *site) bool {
	if isCallStream(s.sink.Conn.Type()) {
		return true
	}
	if !s.sink.Deadlines() {
		return false // nothing could be set; whoever owns the transport decides
	}
	set, ends := sc.stall.Ends(s.sink)
	if !ends {
		return true
	}
	if set.Instr == nil {
		return false // a watchdog
	}
	w := sc.stall.Before(s.call, s.sink)
	if w.Covered {
		return false
	}
	s.knob, s.opted = w.Knob, w.OptIn
	return w.OptIn != nil || (w.Bare || w.Handler) && !w.Unknown
}

// maxLead is how many calls down a write may be to count as its caller's.
const maxLead = 5

// leads returns the writes that a call of f performs in its own goroutine.
func (sc *scan) leads(f *ssa.Function) []*site {
	led, ok := sc.led[f]
	if !ok {
		led = sc.leadsTo(f, map[*ssa.Function]bool{}, 0)
		sc.led[f] = led
	}
	return led
}

func (sc *scan) leadsTo(f *ssa.Function, seen map[*ssa.Function]bool, depth int) (out []*site) {
	if seen[f] || depth > maxLead {
		return nil
	}
	seen[f] = true
	out = append(out, sc.byFn[f]...)
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if _, isGo := i.(*ssa.Go); !ok || isGo {
				continue
			}
			fs := sc.callees(call)
			for _, g := range fs {
				out = append(out, sc.leadsTo(g, seen, depth+1)...)
			}
		}
	}
	return out
}

// writesAt returns the writes that executing call performs, its own or those
// of what it calls.
func (sc *scan) writesAt(call ssa.CallInstruction) (out []*site) {
	for _, s := range sc.byFn[call.Parent()] {
		if s.call == call {
			return []*site{s}
		}
	}
	fs := sc.callees(call)
	for _, f := range fs {
		out = append(out, sc.leads(f)...)
	}
	return out
}

// callees returns the functions of the package that call may invoke: those
// that flow there, or, where nothing does, the methods of all types that have
// them, if the interface is the package's own.
func (sc *scan) callees(call ssa.CallInstruction) []*ssa.Function {
	fs, _ := sc.x.Callees(call)
	if len(fs) > 0 || !call.Common().IsInvoke() {
		return fs
	}
	m := call.Common().Method
	if m.Pkg() != sc.eff.Pass().Pkg {
		return nil
	}
	if fs, ok := sc.impls[m]; ok {
		return fs
	}
	i, ok := m.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	scope := m.Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) {
			continue
		}
		t := types.NewPointer(tn.Type())
		if !types.Implements(t, i) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() == m.Pkg() {
			if f := sc.x.Pkg.Prog.FuncValue(fn.Origin()); f != nil && f.Blocks != nil {
				fs = append(fs, f)
			}
		}
	}
	sc.impls[m] = fs
	return fs
}
