package effects

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Streams is what is known of the limit that the options of a server set on
// the streams of one connection.
type Streams struct {
	// May: an option may set a limit, or not all options are visible.
	May bool
	// Lifted is the option that is given a value that means "no limit"; nil
	// for none.
	Lifted *ssa.Call
}

// StreamsOf returns what the options of the call set; ok is false when it makes
// no server with such options.
func (r *Result) StreamsOf(call *ssa.Call) (s Streams, ok bool) {
	fn := valueflow.Callee(call)
	row, ok := apimodel.Find(fn, apimodel.NewServer)
	if !ok || !fn.Signature().Variadic() {
		return s, false
	}
	r.options(valueflow.Arg(call, row.Arg), fn.Pkg(), &s, 0)
	return s, true
}

// mayLimitStreams reports whether the option or options that f returns may
// set a limit.
func (r *Result) mayLimitStreams(f *ssa.Function) bool {
	var s Streams
	n, ok := serverType(elemOf(f.Signature.Results().At(0).Type())).(*types.Named)
	if !ok {
		return true
	}
	for _, b := range f.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			r.options(ret.Results[0], n.Obj().Pkg(), &s, 0)
		}
	}
	return s.May
}

// options notes what the option or list of options v sets. lib is the package
// that declares the server.
func (r *Result) options(v ssa.Value, lib *types.Package, s *Streams, depth int) {
	if v == nil || depth > 4 {
		s.May = true
		return
	}
	containers := valueflow.Origins{}
	complete := r.Index().Walk(v, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Alloc:
			containers[v] = true
		case *ssa.Call:
			return r.option(v, lib, s)
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok {
				return r.option(c, lib, s)
			}
			s.May = true
		case *ssa.Parameter, *ssa.UnOp:
			s.May = s.May || r.Index().Open(v)
		case *ssa.Lookup:
			s.May = true
		}
		return true
	})
	s.May = s.May || !complete
	for _, i := range r.Index().Senders(containers) {
		if st, ok := i.(*ssa.Store); ok {
			r.options(st.Val, lib, s, depth+1)
		}
	}
}

// option notes what the option that c returns sets, and reports whether the
// walk shall go on into c.
func (r *Result) option(c *ssa.Call, lib *types.Package, s *Streams) bool {
	if _, ok := c.Call.Value.(*ssa.Builtin); ok {
		return true // append
	}
	fn := valueflow.Callee(c)
	if row, ok := apimodel.Find(fn, apimodel.StreamLimit); ok {
		if unlimited(valueflow.Arg(c, row.Arg), row.Unlimited) {
			s.Lifted = c
		} else {
			s.May = true
		}
		return false
	}
	if len(r.Index().StaticBodies(c)) > 0 {
		return true
	}
	f, known := r.fact(fn)
	if fn == nil || fn.Pkg() != lib && (!known || !f.Server.Unlimited) {
		s.May = true
	}
	return false
}
