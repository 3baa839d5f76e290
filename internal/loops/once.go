package loops

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// strikesOnce reports whether e is a time that is delivered once for all
// rounds of l: by time.After, or a timer, made before the loop and seen never
// to be set again. It is false where that is not known.
func strikesOnce(l *flowgraph.Loop, e *effects.Event) bool {
	timer := received(e)
	if u, ok := timer.(*ssa.UnOp); ok {
		if f, ok := u.X.(*ssa.FieldAddr); ok {
			timer = f.X
		}
	}
	made, ok := timer.(*ssa.Call)
	if !ok || l.Contains(made.Block()) || !does(made, apimodel.TickOnce) {
		return false
	}
	return !slices.ContainsFunc(*made.Referrers(), func(i ssa.Instruction) bool {
		switch i := i.(type) {
		case *ssa.FieldAddr, *ssa.UnOp, *ssa.Select, *ssa.DebugRef:
			return false
		case ssa.CallInstruction:
			return valueflow.Recv(i) != made || does(i, apimodel.Rearm) && !instead(i, made)
		}
		return true // somebody else has it
	})
}

// instead reports whether the timer is set again only where Stop has said that
// it had not struck: the new time takes the place of the old one.
func instead(reset ssa.CallInstruction, timer *ssa.Call) bool {
	for _, i := range *timer.Referrers() {
		stop, ok := i.(*ssa.Call)
		if !ok || !does(stop, apimodel.Flips) {
			continue
		}
		for _, u := range *stop.Referrers() {
			if branch, ok := u.(*ssa.If); ok && flowgraph.EdgeDominates(branch.Block(), 0, reset.Block()) {
				return true
			}
		}
	}
	return false
}

// received is the channel that e is an element of, nil for calls.
func received(e *effects.Event) ssa.Value {
	switch i := e.Instr.(type) {
	case *ssa.UnOp:
		return i.X
	case *ssa.Select:
		return i.States[e.Arm].Chan
	}
	return nil
}

// does reports whether a row says that the function called does this.
func does(c ssa.CallInstruction, what apimodel.Effect) bool {
	_, ok := apimodel.Find(valueflow.Callee(c), what)
	return ok
}
