package semwait

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// readsBody returns the body of a request that call reads, by itself or in what it
// calls, nil for none.
func (c *checker) readsBody(call ssa.CallInstruction, depth int) (body ssa.Value, at ssa.CallInstruction) {
	for _, row := range apimodel.FuncRows(valueflow.Callee(call)) {
		switch row.Does {
		case apimodel.ReadAll, apimodel.ReceiveFrom, apimodel.ReadLine, apimodel.Decode:
			if from := valueflow.Arg(call, row.Arg); from != nil {
				if body := c.requestBody(from); body != nil {
					return body, call
				}
			}
		}
	}
	if depth == maxReadDepth {
		return nil, nil
	}
	for _, f := range c.x.StaticBodies(call) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if inner, ok := i.(*ssa.Call); ok {
					if body, at := c.readsBody(inner, depth+1); body != nil {
						return body, at
					}
				}
			}
		}
	}
	return nil, nil
}

// requestBody returns the body of a handler's request that v reads from, nil for
// other readers.
func (c *checker) requestBody(v ssa.Value) (body ssa.Value) {
	c.x.Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		u, ok := v.(*ssa.UnOp)
		if !ok || body != nil {
			return body == nil
		}
		fa, ok := u.X.(*ssa.FieldAddr)
		if !ok || !hasContextMethod(fa.X.Type()) {
			return true
		}
		if _, given := fa.X.(*ssa.Parameter); !given {
			return true // one that is sent
		}
		fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
		if k, ok := apimodel.KnobOf(fa.X.Type(), fld.Name()); ok && k.Does == apimodel.PeerData && types.IsInterface(fld.Type()) {
			body = u
		}
		return body == nil
	})
	return body
}

// bodiesUntimed reports whether the package serves requests, and gives nobody a
// time in which a body must have come: no server of it has a limit for the whole
// request, and nothing sets a deadline on reads.
func (c *checker) bodiesUntimed() bool {
	if c.untimed != nil {
		return *c.untimed
	}
	serves, timed := false, false
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if s, ok := c.eff.ServingAt(i); ok {
					serves = serves || s.Untimed && s.Fn.Pkg() != c.pass.Pkg && s.Row.Func != ""
				}
				switch i := i.(type) {
				case ssa.CallInstruction:
					timed = timed || does(i, apimodel.ReadDeadline)
				case *ssa.FieldAddr:
					fld := valueflow.FieldOf(i.X.Type(), i.Field)
					if k, ok := apimodel.KnobOf(i.X.Type(), fld.Name()); ok && k.Does == apimodel.TimesReads {
						timed = timed || fld.Name() == "ReadTimeout"
					}
				}
			}
		}
	}
	untimed := serves && !timed
	c.untimed = &untimed
	return untimed
}
