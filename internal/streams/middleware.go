package streams

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// hasMiddleware reports whether the package puts a limit around handlers:
// http.MaxBytesHandler, a handler that limits the body and hands the request
// on, or a function of another package that does.
func (f *Finder) hasMiddleware() bool {
	found := false
	f.each(func(i ssa.Instruction) {
		c, ok := i.(ssa.CallInstruction)
		if !ok || found {
			return
		}
		fn := valueflow.Callee(c)
		if r, ok := apimodel.Find(fn, apimodel.LimitRead); ok && wrapsHandlers(c.Common().Signature()) && !f.none(valueflow.Arg(c, r.Arg)) {
			_, off := knobs.Behind(f.x, c, nil)
			found = !off
		}
		if fact, ok := f.facts(fn); ok && fact.Handlers {
			found = true
		}
	})
	for _, b := range f.bodies() {
		if !found && f.limits(b.store) && f.handsOn(b) {
			_, off := knobs.Behind(f.x, b.store, nil)
			found = !off
		}
	}
	return found
}

// handles reports whether the result is a handler.
func handles(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(sig.Results().At(0).Type(), true, nil, "ServeHTTP")
	_, ok := obj.(*types.Func)
	return ok
}

// wrapsHandlers reports whether the result is a handler, or a function of
// handlers as frameworks have them.
func wrapsHandlers(sig *types.Signature) bool {
	if handles(sig) {
		return true
	}
	if sig.Results().Len() == 0 {
		return false
	}
	f, ok := sig.Results().At(0).Type().Underlying().(*types.Signature)
	if !ok || f.Params().Len() == 0 {
		return false
	}
	p := f.Params().At(0).Type()
	_, next := p.Underlying().(*types.Signature)
	return next || apimodel.IsClass(p, apimodel.HandlerParam)
}

// optionLimit returns the call that limits what decompressors of the package
// yield: an option of theirs.
func (f *Finder) optionLimit(pkg *types.Package) (limit ssa.Value) {
	f.each(func(i ssa.Instruction) {
		c, ok := i.(*ssa.Call)
		if !ok || limit != nil {
			return
		}
		fn := valueflow.Callee(c)
		if fn == nil || fn.Pkg() != pkg || c.Call.Signature().Results().Len() == 0 {
			return
		}
		r, ok := apimodel.Find(fn, apimodel.LimitRead)
		if ok && !isReader(c.Call.Signature().Results().At(0).Type()) && !f.none(valueflow.Arg(c, r.Arg)) {
			limit = c
		}
	})
	return limit
}

// handsOn reports whether the function that limits the request's body passes
// the request to a handler that it does not know.
func (f *Finder) handsOn(b bodyStore) bool {
	for _, blk := range b.store.Parent().Blocks {
		for _, i := range blk.Instrs {
			c, ok := i.(*ssa.Call)
			if !ok || !before(b.store, c) || f.x.HasBody(c) {
				continue
			}
			if valueflow.StaticCallee(c) != nil && !strings.HasPrefix(valueflow.Callee(c).Name(), "ServeHTTP") {
				continue
			}
			for _, a := range valueflow.Args(c) {
				if IsRequest(a.Type()) && f.same(a, b.base) {
					return true
				}
			}
			if len(valueflow.Args(c)) > 0 && !IsRequest(b.base.Type()) {
				return true
			}
		}
	}
	return false
}
