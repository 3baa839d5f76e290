package semwait

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A reach is something that could end a wait where it stands.
type reach struct {
	how  reachKind
	name string // as messages call it: "ctx", "r.Context()", "t.stop"
}

type reachKind uint8

const (
	nothing   reachKind = iota
	aDone               // a channel that is closed when the owner stops
	aContext            // a context
	aRequest            // a request, which has a context
	aCallback           // a handler without a context to ask
)

// inReach returns what could end a wait at i, the nearest first.
func (c *checker) inReach(i ssa.Instruction) reach {
	f := i.Parent()
	for g := f; g != nil; g = g.Parent() {
		for _, p := range g.Params {
			if r := ofParam(p); r.how != nothing {
				return r
			}
		}
	}
	for _, v := range f.FreeVars {
		if isContext(deref(v.Type())) {
			return reach{aContext, v.Name()}
		}
	}
	for _, b := range f.Blocks {
		for _, j := range b.Instrs {
			if v, ok := j.(ssa.Value); ok && isContext(v.Type()) && flowgraph.Dominates(j, i) && madeHere(v) {
				if n := c.x.Describe(v); n != "" {
					return reach{aContext, n}
				}
			}
		}
	}
	return c.ofReceiver(f)
}

// madeHere reports whether v is a context that a call returned or that a
// field has: not a constant, phi or load of what is looked at anyway.
func madeHere(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Call:
		fn := valueflow.Callee(v)
		return fn != nil && !isRoot(fn)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && valueflow.Callee(call) != nil
	}
	return false
}

func ofParam(p *ssa.Parameter) reach {
	if p.Name() == "_" || p.Name() == "" {
		return reach{}
	}
	if isContext(p.Type()) {
		return reach{aContext, p.Name()}
	}
	if hasContextMethod(p.Type()) {
		return reach{aRequest, p.Name() + ".Context()"}
	}
	return reach{}
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && apimodel.IsClass(n, apimodel.ContextType)
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// hasContextMethod reports whether t has Context() context.Context.
func hasContextMethod(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Context")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.Params().Len() == 0 && sig.Results().Len() == 1 && isContext(sig.Results().At(0).Type())
}

// ofReceiver returns the context or stop channel among the fields of f's
// receiver.
func (c *checker) ofReceiver(f *ssa.Function) reach {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if f.Signature.Recv() == nil || len(f.Params) == 0 || f.Params[0].Name() == "" || f.Params[0].Name() == "_" {
		return reach{}
	}
	s, ok := deref(f.Params[0].Type()).Underlying().(*types.Struct)
	if !ok {
		return reach{}
	}
	for fld := range s.Fields() {
		if isContext(fld.Type()) {
			return reach{aContext, f.Params[0].Name() + "." + fld.Name()}
		}
		if c.isStop(fld.Origin()) {
			return reach{aDone, f.Params[0].Name() + "." + fld.Name()}
		}
	}
	return reach{}
}

// isStop reports whether the place is a channel that the package closes,
// never sends on, and waits for somewhere.
func (c *checker) isStop(place any) bool {
	if v, ok := place.(*types.Var); ok {
		if _, isChan := v.Type().Underlying().(*types.Chan); !isChan {
			return false
		}
	}
	on := valueflow.Origins{place: true}
	return c.closes(on) && !c.x.SentOn(on) && len(c.channels.receives(c, on)) > 0
}

// closes reports whether the package closes one of the channels.
func (c *checker) closes(on valueflow.Origins) bool {
	if c.closers == nil {
		c.closers = map[any]bool{}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					call, ok := i.(ssa.CallInstruction)
					if !ok {
						continue
					}
					if bi, ok := call.Common().Value.(*ssa.Builtin); ok && bi.Name() == "close" {
						for k := range c.x.Origins(call.Common().Args[0]) {
							c.closers[k] = true
						}
					}
				}
			}
		}
	}
	for k := range on {
		if c.closers[k] {
			return true
		}
	}
	return false
}

// isRoot reports whether fn returns a context that never ends.
func isRoot(fn *types.Func) bool {
	_, ok := apimodel.Find(fn, apimodel.NeverEnds)
	return ok
}
