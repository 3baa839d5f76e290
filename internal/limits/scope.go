package limits

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// madePerEvent reports whether every visible place that makes the semaphore
// runs once per event, so that each event has one of its own.
func (c *Checker) madePerEvent(w *way, on valueflow.Origins) bool {
	makers := 0
	for k := range on {
		v, ok := k.(ssa.Value)
		if !ok {
			if _, field := k.(*types.Var); field {
				continue
			}
			return false
		}
		switch v := v.(type) {
		case *ssa.MakeChan:
		case *ssa.Alloc:
			if !holdsLimit(v) {
				continue
			}
		case *ssa.Call:
			if _, ok := apimodel.Find(valueflow.Callee(v), apimodel.NewSemaphore); !ok {
				continue
			}
		default:
			continue
		}
		makers++
		if !w.perEvent(v.(ssa.Instruction)) {
			return false
		}
	}
	return makers > 0
}

// holdsLimit reports whether a is a variable of a semaphore or group type
// held by value, not a cell that holds one made elsewhere.
func holdsLimit(a *ssa.Alloc) bool {
	t := a.Type().(*types.Pointer).Elem()
	if _, ptr := t.Underlying().(*types.Pointer); ptr {
		return false
	}
	r, ok := apimodel.TypeRowOf(t)
	return ok && (r.Is == apimodel.Group || r.Is == apimodel.Semaphore)
}

// perEvent reports whether i runs once per event of the driver: inside its
// loop, or in a function that the loop calls.
func (w *way) perEvent(i ssa.Instruction) bool {
	for n, fr := range w.d.Chain {
		if i.Parent() != fr.Fn {
			continue
		}
		reg := w.region(n)
		if reg.loop != nil {
			return reg.loop.Contains(i.Block())
		}
		// A handler or callee runs anew for each event. Loops over nothing
		// visible (iterators) have no region of their own.
		return n < len(w.d.Chain)-1 || w.d.Loop == nil && w.d.Over == nil
	}
	return false
}

// doneFor reports whether i may run for each event: it does so itself, or
// stands in the goroutine or in what the functions on the way call.
func (w *way) doneFor(i ssa.Instruction) bool {
	f := i.Parent()
	for _, fr := range w.d.Chain {
		if fr.Fn == f {
			return w.perEvent(i)
		}
	}
	reached := map[*ssa.Function]bool{}
	for _, fr := range w.d.Chain {
		w.c.reached(fr.Fn, reached, 1)
	}
	for _, b := range w.s.Bodies {
		w.c.reached(b, reached, 1)
	}
	return reached[f]
}
