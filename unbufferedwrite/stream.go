package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// streaming returns the findings about handlers that flush a response in a
// loop: the server gives their writes no deadline, because a server's
// WriteTimeout would end the stream.
func (sc *scan) streaming() (vs []verdict) {
	found := map[*ssa.Function]bool{} // handlers
	for _, f := range sc.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok || sc.rep.Skips(call.Pos()) || !sc.flushesResponse(call) {
					continue
				}
				for _, d := range sc.finder.Drivers(call) {
					top := answering(d.Top().Fn)
					if d.Loop == nil || d.Kind != loops.Elements && d.Kind != loops.Ticks && d.Kind != loops.Receives ||
						top == nil || found[top] || sc.timed() {
						continue
					}
					found[top] = true
					vs = append(vs, verdict{kind: stream, call: call, driver: d})
					break
				}
			}
		}
	}
	return vs
}

// answering returns the innermost function around f that is given a response to
// write, nil for none: handlers are literals as often as not.
func answering(f *ssa.Function) *ssa.Function {
	for ; f != nil; f = f.Parent() {
		if answers(f) {
			return f
		}
	}
	return nil
}

// answers reports whether f is given a response to write: the loop is its
// own, and so is what the loop may wait for.
func answers(f *ssa.Function) bool {
	for _, p := range f.Params {
		if hasMethod(p.Type(), "WriteHeader") && hasMethod(p.Type(), "Header") {
			return true
		}
	}
	return false
}

// flushesResponse reports whether call flushes a response of net/http.
func (sc *scan) flushesResponse(call *ssa.Call) bool {
	fn := valueflow.Callee(call)
	if _, ok := apimodel.Find(fn, apimodel.Flush); !ok {
		return false
	}
	recv := valueflow.Recv(call)
	response := false
	sc.x.Walk(recv, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		response = response || hasMethod(v.Type(), "WriteHeader") && hasMethod(v.Type(), "Header")
		return !response
	})
	return response
}

// timed reports whether the package gives responses deadlines: through a
// ResponseController, or a server with a WriteTimeout.
func (sc *scan) timed() bool {
	a, _ := sc.x.Memo("timed", sc.funcs[0], func() any {
		for _, f := range sc.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					if sc.timesResponses(i) {
						return true
					}
				}
			}
		}
		return false
	})
	return a == true
}

func (sc *scan) timesResponses(i ssa.Instruction) bool {
	switch i := i.(type) {
	case ssa.CallInstruction:
		fn := valueflow.Callee(i)
		if _, ok := apimodel.Find(fn, apimodel.WriteDeadline); !ok {
			return false
		}
		recv := valueflow.Recv(i)
		return recv != nil && hasMethod(recv.Type(), "EnableFullDuplex")
	case *ssa.Store:
		if !writeTimeoutOf(i) || knobs.Field(sc.x, i.Val) != nil {
			return false
		}
		n, isConst := valueflow.Int(i.Val)
		return !isConst || n > 0
	}
	return false
}

// isServer reports whether t is a server: it serves listeners.
func isServer(t types.Type) bool { return hasMethod(t, "Serve") && hasMethod(t, "Shutdown") }

// untimed returns the findings about handlers whose server has no write
// timeout to configure (HTTP/3): each response waits for the client's window.
func (sc *scan) untimed() (vs []verdict) {
	for _, f := range sc.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				st, ok := i.(*ssa.Store)
				if !ok {
					continue
				}
				fa, ok := st.Addr.(*ssa.FieldAddr)
				if !ok || !handlesUntimed(fa) {
					continue
				}
				if call := sc.lastAnswer(sc.servesHTTP(st.Val)); call != nil && !sc.rep.Skips(call.Pos()) {
					vs = append(vs, verdict{kind: noDeadline, call: call, untimed: true})
				}
			}
		}
	}
	return vs
}

// handlesUntimed reports whether fa is the handler of a server of HTTP
// requests that has no write timeout.
func handlesUntimed(fa *ssa.FieldAddr) bool {
	fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if fld == nil {
		return false
	}
	k, ok := apimodel.KnobOf(fa.X.Type(), fld.Name())
	if !ok || k.Does != apimodel.HandlerGo || k.Unit != apimodel.Request {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(fa.X.Type(), true, nil, "WriteTimeout")
	return obj == nil
}

// servesHTTP returns the ServeHTTP of the package's type that v is, nil for
// none.
func (sc *scan) servesHTTP(v ssa.Value) *ssa.Function {
	mi, ok := v.(*ssa.MakeInterface)
	if !ok {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(mi.X.Type(), true, sc.eff.Pass().Pkg, "ServeHTTP")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() != sc.eff.Pass().Pkg {
		return nil
	}
	return sc.x.Pkg.Prog.FuncValue(fn.Origin())
}

// lastAnswer returns the last write of a response in handler f, nil where it
// sets a deadline, or writes nothing itself.
func (sc *scan) lastAnswer(f *ssa.Function) (last *ssa.Call) {
	if f == nil {
		return nil
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok {
				continue
			}
			if _, sets := apimodel.Find(valueflow.Callee(call), apimodel.WriteDeadline); sets {
				return nil
			}
			for _, v := range sc.eff.WritesOf(call) {
				if sc.stall.Sink(v).Response && (last == nil || last.Pos() < call.Pos()) {
					last = call
				}
			}
		}
	}
	return last
}
