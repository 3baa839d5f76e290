package semwait

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

type outcome uint8

const (
	unclear outcome = iota
	success
	failure
)

// outcomeOf classifies a return by its last error or flag.
func (c *checker) outcomeOf(ret *ssa.Return) outcome {
	for n := len(ret.Results) - 1; n >= 0; n-- {
		v := ret.Results[n]
		if !isErrorType(v.Type()) {
			continue
		}
		switch v := v.(type) {
		case *ssa.Const:
			return success
		case *ssa.MakeInterface:
			return failure
		case *ssa.UnOp:
			if _, ok := v.X.(*ssa.Global); ok {
				return failure // ErrClosed
			}
		case *ssa.Call:
			if makesError(v) {
				return failure
			}
		}
		if knownError(v, ret) {
			return failure
		}
		return unclear
	}
	if len(ret.Results) == 0 {
		return unclear
	}
	if k, ok := ret.Results[len(ret.Results)-1].(*ssa.Const); ok && isBool(k.Type()) && k.Value != nil {
		if k.Value.ExactString() == "false" {
			return failure
		}
		return success
	}
	return unclear
}

// makesError reports whether the call makes a new error: its only result is
// one, and it is given a text.
func makesError(call *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(call), apimodel.NewError)
	return ok
}

// knownError reports whether ret is only reached when v is not nil.
func knownError(v ssa.Value, ret *ssa.Return) bool {
	refs := v.Referrers()
	if refs == nil {
		return false
	}
	for _, r := range *refs {
		cmp, ok := r.(*ssa.BinOp)
		if !ok || cmp.Op != token.NEQ && cmp.Op != token.EQL {
			continue
		}
		if k, ok := cmp.Y.(*ssa.Const); !ok || k.Value != nil {
			continue
		}
		n := 0
		if cmp.Op == token.EQL {
			n = 1
		}
		for _, u := range *cmp.Referrers() {
			if br, ok := u.(*ssa.If); ok && flowgraph.EdgeDominates(br.Block(), n, ret.Block()) {
				return true
			}
		}
	}
	return false
}
