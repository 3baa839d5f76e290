package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// opaque reports whether nothing is known of the callee's body: an interface
// method or a function of another package without a fact.
func opaque(r *Result, call ssa.CallInstruction) bool {
	if call.Common().IsInvoke() {
		return true
	}
	f := valueflow.StaticCallee(call)
	return f == nil || f.Blocks == nil
}

// isGate reports whether fn is a method of an interface that can only be a
// gate: it takes a context and returns an error, and the interface has the
// method that gives back.
func isGate(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Recv() == nil {
		return false
	}
	i, ok := sig.Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return false
	}
	if v, _ := admissionName(fn); v == Give {
		return hasGate(i)
	}
	return takesContext(sig) && hasGate(i)
}

func takesContext(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && apimodel.IsClass(sig.Params().At(0).Type(), apimodel.ContextType) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Universe.Lookup("error").Type())
}

// hasGate reports whether i has both halves of a gate, and little else.
func hasGate(i *types.Interface) bool {
	take, give := false, false
	for m := range i.Methods() {
		v, _ := admissionName(m)
		take = take || v == Take && takesContext(m.Signature())
		give = give || v == Give && m.Signature().Params().Len() <= 1 && m.Signature().Results().Len() == 0
	}
	return take && give && i.NumMethods() <= 4
}

// admissionName classifies the names in use for limiters whose body cannot
// be seen. It is only ever used to stay silent.
func admissionName(fn *types.Func) (Verb, bool) {
	if fn == nil {
		return 0, false
	}
	switch fn.Name() {
	case "Acquire", "acquire", "Start", "Take", "take", "Enter", "Begin", "Reserve", "Add", "P", "Down", "Wait", "Get", "Checkout":
		return Take, true
	case "TryAcquire", "tryAcquire", "TryStart", "TryTake", "TryEnter", "Allow", "Admit":
		return TryTake, true
	case "Release", "release", "Done", "Give", "give", "Leave", "Exit", "End", "Free", "V", "Up", "Signal", "Put", "Return", "Checkin":
		return Give, true
	}
	return 0, false
}

// plain reports whether f, whose name may say that it admits, provably limits
// nothing: it and all that it calls take no slot, compare no numbers, flip no
// flag and look nothing up. Importers see that instead of the name.
func (r *Result) plain(f *ssa.Function) bool {
	fn, ok := f.Object().(*types.Func)
	if !ok || f.Signature.Recv() == nil {
		return false
	}
	if _, admits := admissionName(fn); !admits || len(r.Of(f).Slots) > 0 {
		return false
	}
	return r.limitsNothing(f, 0)
}

// maxPlainDepth is how many calls down a method is looked into.
const maxPlainDepth = 3

func (r *Result) limitsNothing(f *ssa.Function, depth int) bool {
	if depth > maxPlainDepth || f.Blocks == nil {
		return false
	}
	nothing := true
	instructions(f, func(i ssa.Instruction) bool {
		switch i := i.(type) {
		case *ssa.BinOp:
			switch i.Op {
			case token.LSS, token.LEQ, token.GTR, token.GEQ:
				nothing = false
			}
		case *ssa.Lookup:
			nothing = nothing && !i.CommaOk
		case *ssa.Send, *ssa.Select:
			nothing = false
		case *ssa.UnOp:
			nothing = nothing && i.Op != token.ARROW
		case ssa.CallInstruction:
			nothing = nothing && r.callLimitsNothing(i, depth)
		}
		return nothing
	})
	return nothing
}

// callLimitsNothing is limitsNothing for what one call runs.
func (r *Result) callLimitsNothing(call ssa.CallInstruction, depth int) bool {
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return true
	}
	if f := valueflow.StaticCallee(call); f != nil && f.Blocks != nil && f.Pkg == r.Index().Pkg {
		return r.limitsNothing(f, depth+1)
	}
	fn := valueflow.Callee(call)
	if fn == nil || fn.Pkg() == nil || call.Common().IsInvoke() {
		return false
	}
	if apimodel.Standard(fn.Pkg().Path()) {
		_, flips := apimodel.Find(fn, apimodel.Flips)
		_, waits := apimodel.Find(fn, apimodel.CondWait)
		_, counts := apimodel.Find(fn, apimodel.Counts)
		return !flips && !waits && !counts
	}
	f, ok := r.fact(fn)
	return ok && f.Plain
}
