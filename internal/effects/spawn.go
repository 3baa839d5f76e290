package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Spawn is one place that starts a goroutine.
type Spawn struct {
	Instr ssa.CallInstruction // the go statement, or the call that spawns
	// Bodies are the visible functions that the goroutine may run; Open
	// reports that there may be others.
	Bodies []*ssa.Function
	Open   bool
	// Group is the receiver of a spawning method (errgroup, WaitGroup, pool),
	// nil for go statements and functions.
	Group ssa.Value
	// Pooled: the goroutine is one of a pool's, whose constructor has the limit.
	Pooled bool
	// Timer: the goroutine starts later, after a time.
	Timer bool
	// Callee: the goroutine is started somewhere inside the called function
	// of another package; there is no function argument to look into.
	Callee bool
	// Fn is the function value that is run, nil for calls (go f(x)).
	Fn ssa.Value
}

// SpawnAt returns the spawn that executing i performs.
func (r *Result) SpawnAt(i ssa.Instruction) (Spawn, bool) {
	if g, ok := i.(*ssa.Go); ok {
		s := Spawn{Instr: g}
		s.Bodies, s.Open = r.Index().Callees(g)
		if !g.Call.IsInvoke() && g.Call.StaticCallee() == nil {
			s.Fn = g.Call.Value
		}
		return s, true
	}
	call, ok := asCall(i)
	if !ok {
		return Spawn{}, false
	}
	fn := valueflow.Callee(call)
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.Spawn, apimodel.SpawnPooled, apimodel.AfterFunc:
		default:
			continue
		}
		s := r.spawnOfArg(call, row.Arg)
		s.Group, s.Pooled, s.Timer = valueflow.Recv(call), row.Does == apimodel.SpawnPooled, row.Does == apimodel.AfterFunc
		return s, true
	}
	if f := valueflow.StaticCallee(call); f != nil && f.Blocks != nil && f.Pkg == r.Index().Pkg {
		if args := r.Of(f).SpawnsArgs; len(args) > 0 {
			s := r.spawnOfArg(call, args[0])
			s.Group = valueflow.Recv(call)
			return s, true
		}
		return Spawn{}, false
	}
	if f, ok := r.fact(fn); ok {
		if len(f.SpawnsArgs) > 0 {
			s := r.spawnOfArg(call, f.SpawnsArgs[0])
			s.Group = valueflow.Recv(call)
			return s, true
		}
		if f.Spawns {
			return Spawn{Instr: call, Open: true, Callee: true}, true
		}
	}
	return Spawn{}, false
}

func (r *Result) spawnOfArg(call ssa.CallInstruction, arg int) Spawn {
	s := Spawn{Instr: call, Fn: valueflow.Arg(call, arg)}
	if s.Fn == nil {
		s.Open = true
		return s
	}
	s.Bodies, s.Open = r.Index().Functions(s.Fn)
	return s
}

// spawnedParams returns the function parameters of f that f itself runs in a
// new goroutine without taking a slot first.
func (r *Result) spawnedParams(f *ssa.Function) []int {
	var out []int
	loops := r.forests.Of(f)
	instructions(f, func(i ssa.Instruction) bool {
		n, ok := r.spawnsParam(i, f)
		if !ok || r.slotBefore(f, i) || loops.Innermost(i.Block()) != nil || !admitsAlways(i) {
			return true // a spawn under a condition or in a loop is judged where it stands
		}
		out = append(out, n)
		return true
	})
	return out
}

// spawnsParam reports whether the spawn i in f runs f's own parameter n:
// go fn(), go func() { ...; fn() }().
func (r *Result) spawnsParam(i ssa.Instruction, f *ssa.Function) (n int, ok bool) {
	var fn ssa.Value
	var bodies []*ssa.Function
	switch i := i.(type) {
	case *ssa.Go:
		if i.Call.StaticCallee() == nil && !i.Call.IsInvoke() {
			fn = i.Call.Value
		} else if g := i.Call.StaticCallee(); g != nil && g.Parent() == f {
			bodies = append(bodies, g)
		}
	case *ssa.Call:
		row, found := apimodel.Find(valueflow.Callee(i), apimodel.Spawn)
		if !found {
			return 0, false
		}
		fn = valueflow.Arg(i, row.Arg)
		if mc, ok := fn.(*ssa.MakeClosure); ok {
			bodies = append(bodies, mc.Fn.(*ssa.Function))
		}
	}
	if p := r.paramOf(fn, f); p != nil {
		return paramIndex(p), true
	}
	for _, b := range bodies {
		instructions(b, func(j ssa.Instruction) bool {
			c, isCall := asCall(j)
			if !isCall || c.Common().IsInvoke() || c.Common().StaticCallee() != nil {
				return true
			}
			if p := r.paramOf(c.Common().Value, f); p != nil {
				n, ok = paramIndex(p), true
			}
			return !ok
		})
	}
	return n, ok
}

// paramOf returns the function-typed parameter of f that v is, or nil.
func (r *Result) paramOf(v ssa.Value, f *ssa.Function) (p *ssa.Parameter) {
	if v == nil {
		return nil
	}
	if _, ok := v.Type().Underlying().(*types.Signature); !ok {
		return nil
	}
	r.Index().Walk(v, valueflow.Options{}, func(v ssa.Value) bool {
		if q, ok := v.(*ssa.Parameter); ok {
			if q.Parent() == f {
				p = q
			}
			return false
		}
		return p == nil
	})
	return p
}

// slotBefore reports whether an operation that may take a slot precedes i.
func (r *Result) slotBefore(f *ssa.Function, i ssa.Instruction) bool {
	found := false
	instructions(f, func(j ssa.Instruction) bool {
		for _, op := range r.SlotsAt(j) {
			if op.Verb != Give && op.Dominates(i) && op.Verb != CountDown && op.Verb != CountUp {
				found = true
			}
		}
		return !found
	})
	return found
}

// spawnsUnjoined reports whether each call of f leaves a goroutine behind:
// an unconditional spawn, no slot taken before it, nobody waiting after it.
// Functions with results besides errors are constructors: what they start
// belongs to what they return.
func (r *Result) spawnsUnjoined(f *ssa.Function) bool {
	if yieldsValue(f) || len(f.Params) == 0 || f.Parent() != nil {
		return false
	}
	loops := r.forests.Of(f)
	found := false
	instructions(f, func(i ssa.Instruction) bool {
		g, ok := i.(*ssa.Go)
		if !ok || loops.Innermost(i.Block()) != nil {
			return true
		}
		if _, own := r.spawnsParam(i, f); own || r.slotBefore(f, i) || !unconditional(f, i) {
			return true
		}
		s, _ := r.SpawnAt(g)
		found = !r.JoinedBefore(s, g, true, func(_, next *ssa.BasicBlock) bool { return next == nil })
		return !found
	})
	return found
}

// unconditional reports whether a return of f is only reached after i, and
// i's block is not in a branch on anything but an error.
func unconditional(f *ssa.Function, i ssa.Instruction) bool {
	e := Event{Instr: i, Arm: noArm}
	if !reachesReturn(f, &e) {
		return false
	}
	for b := i.Block(); b != nil; b = b.Idom() {
		d := b.Idom()
		if d == nil {
			break
		}
		if br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If); ok && !isErrorTest(br.Cond) {
			if flowgraph.EdgeDominates(d, 0, i.Block()) || flowgraph.EdgeDominates(d, 1, i.Block()) {
				return false
			}
		}
	}
	return true
}

// admitsAlways reports whether no count, key or call decides whether i runs:
// tests of errors, flags and nil are left out.
func admitsAlways(i ssa.Instruction) bool {
	for d := i.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok || !flowgraph.EdgeDominates(d, 0, i.Block()) && !flowgraph.EdgeDominates(d, 1, i.Block()) {
			continue
		}
		cond := br.Cond
		if n, ok := cond.(*ssa.UnOp); ok && n.Op == token.NOT {
			cond = n.X
		}
		switch c := cond.(type) {
		case *ssa.BinOp:
			if k, ok := c.Y.(*ssa.Const); !ok || k.Value != nil {
				return false
			}
		case *ssa.UnOp: // a flag
		default:
			return false
		}
	}
	return true
}

// isErrorTest reports whether cond compares an error with nil.
func isErrorTest(cond ssa.Value) bool {
	b, ok := cond.(*ssa.BinOp)
	return ok && types.Identical(b.X.Type(), types.Universe.Lookup("error").Type())
}

// RunsOwnParameter reports whether the spawn at i, in f or a literal of f,
// runs a function parameter of f, and f's callers are visible as spawns: f
// is a helper like go itself.
func (r *Result) RunsOwnParameter(f *ssa.Function, i ssa.Instruction) bool {
	if i.Parent() != f || len(r.Of(f).SpawnsArgs) == 0 {
		return false
	}
	_, own := r.spawnsParam(i, f)
	return own
}
