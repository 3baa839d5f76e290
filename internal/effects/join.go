package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// JoinedBefore reports whether every path from instruction from (the spawn,
// or a call that leads to it) to an end waits for the goroutine:
// WaitGroup.Wait, or a receive from a channel that it sends on or closes. A
// deferred wait joins where the function returns. A wait that something else
// may end (select with other arms) counts only when partly is set.
func (r *Result) JoinedBefore(s Spawn, from ssa.Instruction, partly bool, end func(b, next *ssa.BasicBlock) bool) bool {
	signals, many := r.signals(s), r.inLoop(s)
	for _, d := range deferredJoins(from.Parent()) {
		if end(from.Block(), nil) && (flowgraph.Dominates(d, from) || flowgraph.PostDominates(d, from)) {
			return true
		}
	}
	return !flowgraph.PathQuery{
		From:    from,
		Barrier: func(i ssa.Instruction) bool { j, p := r.joins(i, signals, many); return j && (partly || !p) },
		End:     end,
	}.Exists()
}

// JoinsAt reports whether i waits for goroutines of the spawn, an earlier one
// or this, and nothing else can end the wait.
func (r *Result) JoinsAt(s Spawn, i ssa.Instruction) bool {
	j, p := r.joins(i, r.signals(s), r.inLoop(s))
	return j && !p
}

// JoinsGroup reports whether the call waits for a WaitGroup that goroutines of
// the spawn are counted in: the same one, not just any.
func (r *Result) JoinsGroup(s Spawn, call *ssa.Call) bool {
	if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.Join); !ok {
		return false
	}
	on := r.groupPlaces(valueflow.Recv(call))
	if s.Group != nil && r.groupPlaces(s.Group).Meets(on) {
		return true
	}
	found := false
	for _, f := range s.Bodies {
		instructions(f, func(i ssa.Instruction) bool {
			if c, ok := i.(ssa.CallInstruction); ok && isDone(valueflow.Callee(c)) {
				found = found || r.groupPlaces(valueflow.Recv(c)).Meets(on)
			}
			return !found
		})
	}
	return found
}

// groupPlaces returns where the WaitGroup or group v points to is held.
func (r *Result) groupPlaces(v ssa.Value) valueflow.Origins {
	if v == nil {
		return nil
	}
	return r.Index().Origins(v)
}

// isDone reports whether fn takes a goroutine out of a WaitGroup.
func isDone(fn *types.Func) bool {
	if fn == nil || fn.Name() != "Done" || fn.Signature().Recv() == nil {
		return false
	}
	return apimodel.IsClass(fn.Signature().Recv().Type(), apimodel.WaitGroup)
}

// JoinAfter reports whether some path from the spawn waits for the
// goroutine, and whether that wait may end before it: a select with other
// arms.
func (r *Result) JoinAfter(s Spawn) (joined, partial bool) {
	signals, many := r.signals(s), r.inLoop(s)
	if len(deferredJoins(s.Instr.Parent())) > 0 {
		return true, false
	}
	partial = true
	flowgraph.PathQuery{From: s.Instr,
		Barrier: func(i ssa.Instruction) bool {
			j, p := r.joins(i, signals, many)
			if j {
				joined = true
				partial = partial && p
			}
			return false
		},
		End: func(_, _ *ssa.BasicBlock) bool { return false },
	}.Exists()
	return joined, joined && partial
}

// deferredJoins returns the deferred waits of f.
func deferredJoins(f *ssa.Function) (ds []ssa.Instruction) {
	instructions(f, func(i ssa.Instruction) bool {
		if d, ok := i.(*ssa.Defer); ok {
			if _, join := apimodel.Find(valueflow.Callee(d), apimodel.Join); join {
				ds = append(ds, d)
			}
		}
		return true
	})
	return ds
}

// signals returns the channels that the goroutine sends on or closes.
func (r *Result) signals(s Spawn) valueflow.Origins {
	on := valueflow.Origins{}
	seen := map[*ssa.Function]bool{}
	var from func(f *ssa.Function, depth int)
	from = func(f *ssa.Function, depth int) {
		if seen[f] || depth > 3 {
			return
		}
		seen[f] = true
		instructions(f, func(i ssa.Instruction) bool {
			switch i := i.(type) {
			case *ssa.Send:
				merge(on, r.Index().Origins(i.Chan))
			case *ssa.Select:
				for _, st := range i.States {
					if st.Dir == types.SendOnly {
						merge(on, r.Index().Origins(st.Chan))
					}
				}
			}
			c, ok := asCall(i)
			if !ok {
				return true
			}
			if b, ok := c.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
				merge(on, r.Index().Origins(c.Common().Args[0]))
			}
			for _, g := range r.bodies(c) {
				from(g, depth+1)
			}
			return true
		})
	}
	for _, f := range s.Bodies {
		from(f, 0)
	}
	return on
}

func merge(into, from valueflow.Origins) {
	for k := range from {
		into[k] = true
	}
}

// inLoop reports whether s starts several goroutines: one receive outside a
// loop then waits for the first of them only.
func (r *Result) inLoop(s Spawn) bool {
	return r.forests.Of(s.Instr.Parent()).Innermost(s.Instr.Block()) != nil
}

// joins reports whether i waits for goroutines that signal so, and whether
// something else may end the wait. many says that there are several of them.
func (r *Result) joins(i ssa.Instruction, signals valueflow.Origins, many bool) (joins, partial bool) {
	switch i := i.(type) {
	case *ssa.UnOp:
		if i.Op == token.ARROW && !(many && r.forests.Of(i.Parent()).Innermost(i.Block()) == nil) {
			return r.Index().Origins(i.X).Meets(signals), false
		}
		return false, false
	case *ssa.Select:
		for _, st := range i.States {
			if st.Dir == types.RecvOnly && r.Index().Origins(st.Chan).Meets(signals) {
				return i.Blocking, len(i.States) > 1
			}
		}
		return false, false
	}
	c, ok := asCall(i)
	if !ok {
		return false, false
	}
	fn := valueflow.Callee(c)
	if _, ok := apimodel.Find(fn, apimodel.Join); ok {
		return true, false
	}
	if fn == nil {
		return false, false
	}
	if n := fn.Name(); fn.Signature().Recv() != nil && (n == "Wait" || n == "wait") {
		return true, false
	}
	// A local helper that waits: func() { wg.Wait() }.
	for _, f := range r.bodies(c) {
		if r.busy[f] {
			continue
		}
		found := false
		instructions(f, func(j ssa.Instruction) bool {
			if jc, ok := asCall(j); ok {
				if _, ok := apimodel.Find(valueflow.Callee(jc), apimodel.Join); ok {
					found = true
				}
			}
			if u, ok := j.(*ssa.UnOp); ok && u.Op == token.ARROW && r.Index().Origins(u.X).Meets(signals) {
				found = true
			}
			return !found
		})
		if found {
			return true, false
		}
	}
	return false, false
}
