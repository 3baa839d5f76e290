package unboundedgo

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// outlives reports whether the goroutine goes on after the handler that
// started it has returned, for as long as it likes.
func (c *classifier) outlives(s effects.Spawn, d loops.Driver) bool {
	if d.Who != peer.Peer {
		return false
	}
	joined, partial := c.eff.JoinAfter(s)
	if joined && (!partial || !c.runsForeignCode(s)) {
		return false
	}
	for _, fr := range d.Chain {
		if c.takesOver(fr.Fn) {
			return false // the goroutine belongs to the connection, as the handler's own does
		}
	}
	if c.tied(s) || c.piped(s) || c.shutsDown(s) || c.handedBack(s) {
		return false
	}
	w := c.waits(s) &^ (effects.Locked | effects.Unresolved)
	return w != effects.Never || s.Fn != nil && s.Open || s.Callee || c.runsForeignCode(s)
}

// runsForeignCode reports whether the goroutine calls a function value or
// interface that the program's user supplies: a partial wait for it ends,
// it does not.
func (c *classifier) runsForeignCode(s effects.Spawn) bool {
	for _, f := range s.Bodies {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok || call.Call.StaticCallee() != nil {
					continue
				}
				if _, builtin := call.Call.Value.(*ssa.Builtin); builtin || call.Call.IsInvoke() && call.Call.Method.Name() == "Close" {
					continue
				}
				if w := c.eff.WaitsAt(call); w&effects.Unresolved != 0 {
					return true
				}
			}
		}
	}
	return false
}

// takesOver reports whether f takes the connection over from its server:
// upgrades and hijacks leave one or two goroutines per connection.
func (c *classifier) takesOver(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok {
				continue
			}
			fn := valueflow.Callee(call)
			if _, ok := apimodel.Find(fn, apimodel.Hijack); ok {
				return true
			}
			if fn != nil && (strings.Contains(fn.Name(), "Hijack") || strings.Contains(fn.Name(), "Upgrade")) {
				return true
			}
			if g := valueflow.StaticCallee(call); g != nil && g != f && g.Blocks != nil && g.Pkg == f.Pkg && hijacks(g) {
				return true
			}
		}
	}
	return false
}

func hijacks(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(*ssa.Call); ok {
				if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.Hijack); ok {
					return true
				}
			}
		}
	}
	return false
}

// tied reports whether the goroutine is given the request's context, and so
// may end with the request: in an argument or a captured variable.
func (c *classifier) tied(s effects.Spawn) bool {
	for _, a := range s.Instr.Common().Args {
		if c.requestContext(a, 0) {
			return true
		}
	}
	for _, f := range s.Bodies {
		for _, fv := range f.FreeVars {
			if c.requestContext(fv, 0) && c.usesContext(f, fv) {
				return true
			}
		}
	}
	return false
}

// piped reports whether the goroutine feeds or drains a pipe whose other end
// the handler closes when it returns.
func (c *classifier) piped(s effects.Spawn) bool {
	pipes := map[ssa.Value]bool{}
	closed := false
	for _, b := range s.Instr.Parent().Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Call:
				if _, ok := apimodel.Find(valueflow.Callee(i), apimodel.Pipe); ok {
					pipes[i] = true
				}
			case *ssa.Defer:
				fn := valueflow.Callee(i)
				closed = closed || fn != nil && (fn.Name() == "Close" || fn.Name() == "CloseWithError")
			}
		}
	}
	if len(pipes) == 0 || !closed {
		return false
	}
	for _, f := range s.Bodies {
		for _, fv := range f.FreeVars {
			for k := range c.eff.Index().Origins(fv) {
				if e, ok := k.(*ssa.Extract); ok && pipes[e.Tuple] {
					return true
				}
				if a, ok := k.(*ssa.Alloc); ok && c.holdsPipe(a, pipes) {
					return true
				}
			}
		}
	}
	return false
}

func (c *classifier) holdsPipe(a *ssa.Alloc, pipes map[ssa.Value]bool) bool {
	for _, r := range *a.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == a {
			if e, ok := st.Val.(*ssa.Extract); ok && pipes[e.Tuple] {
				return true
			}
		}
	}
	return false
}

// requestContext reports whether v may be the context of a request: a
// context parameter, or Context() of a parameter, or one derived from those.
func (c *classifier) requestContext(v ssa.Value, depth int) bool {
	if depth > 5 || !isContext(v.Type()) {
		return false
	}
	found := false
	c.eff.Index().Walk(v, valueflow.Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Parameter:
			found = found || isContext(v.Type())
		case *ssa.Alloc:
			for _, r := range *v.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == v && c.requestContext(st.Val, depth+1) {
					found = true
				}
			}
		case *ssa.Call:
			found = found || c.contextCall(v, depth)
		case *ssa.Extract:
			if call, ok := v.Tuple.(*ssa.Call); ok {
				found = found || c.contextCall(call, depth)
			}
		}
		return !found
	})
	return found
}

func (c *classifier) contextCall(call *ssa.Call, depth int) bool {
	fn := valueflow.Callee(call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Name() == "Context" || fn.Name() == "Ctx" || fn.Name() == "UserContext" {
		return true
	}
	if apimodel.Standard(fn.Pkg().Path()) {
		// The tables have what a context ends with; one without a cancel is
		// not among them.
		row, wraps := apimodel.Find(fn, apimodel.Wrap)
		parent := valueflow.Arg(call, row.Arg)
		return wraps && parent != nil && c.requestContext(parent, depth+1)
	}
	// A helper that derives a context from one.
	for _, a := range valueflow.Args(call) {
		if c.requestContext(a, depth+1) {
			return true
		}
	}
	return false
}

func isContext(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	return apimodel.IsClass(t, apimodel.ContextType)
}

// usesContext reports whether f uses the captured variable at all.
func (c *classifier) usesContext(f *ssa.Function, fv *ssa.FreeVar) bool {
	return fv.Referrers() != nil && len(*fv.Referrers()) > 0
}

// shutsDown reports whether the goroutine stops the program or a server: it
// runs once.
func (c *classifier) shutsDown(s effects.Spawn) bool {
	for _, f := range s.Bodies {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok {
					continue
				}
				fn := valueflow.Callee(call)
				if fn == nil {
					continue
				}
				switch fn.Name() {
				case "Shutdown", "GracefulStop", "Exit", "shutdown", "Restart", "Reexec", "Kill", "Fatal", "Fatalf":
					return true
				}
			}
		}
	}
	return false
}

// outlastsTick reports whether the goroutine provably waits for a peer or a
// process without a time limit, so that it may outlast the period.
func (c *classifier) outlastsTick(s effects.Spawn, d loops.Driver) bool {
	if len(d.Chain) > 1 || !c.waits(s).IO() || c.tied(s) {
		return false
	}
	for _, f := range s.Bodies {
		if c.limitsTime(f, 0) {
			return false
		}
	}
	return true
}

// limitsTime reports whether f, or what it calls, sets a deadline or timeout
// or is given a context.
func (c *classifier) limitsTime(f *ssa.Function, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if st, ok := i.(*ssa.Store); ok && isTimeoutField(st.Addr) {
				return true
			}
			call, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			fn := valueflow.Callee(call)
			if _, ok := apimodel.Find(fn, apimodel.Deadline); ok {
				return true
			}
			if fn != nil {
				switch fn.Name() {
				case "SetDeadline", "SetReadDeadline", "SetWriteDeadline", "DialTimeout", "Do":
					return true // Do: the client's Timeout is set elsewhere
				}
			}
			for _, a := range call.Common().Args {
				if isContext(a.Type()) {
					return true
				}
			}
			gs, _ := c.eff.Index().Callees(call)
			for _, g := range gs {
				if c.limitsTime(g, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

func isTimeoutField(addr ssa.Value) bool {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	return f != nil && (f.Name() == "Timeout" || f.Name() == "Deadline")
}

// endsOne reports whether all that the goroutine does is to close, stop or
// disconnect something: what has ended does not end again, and those who wait
// for its end are no more than there are of it.
func endsOne(s effects.Spawn) bool {
	var fn *types.Func
	if len(s.Bodies) == 1 && s.Bodies[0].Parent() != nil {
		for _, b := range s.Bodies[0].Blocks {
			for _, i := range b.Instrs {
				switch call := i.(type) {
				case *ssa.Defer, *ssa.Go:
					return false
				case *ssa.Call:
					if fn != nil {
						return false
					}
					if fn = valueflow.Callee(call); fn == nil {
						return false
					}
				}
			}
		}
	} else if g, ok := s.Instr.(*ssa.Go); ok {
		fn = valueflow.Callee(g)
	}
	if fn == nil || fn.Signature().Recv() == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	for _, p := range []string{"close", "disconnect", "destroy", "shutdown", "stop", "terminate", "kill"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
