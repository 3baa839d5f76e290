package unbufferedwrite

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// streaming returns the findings about handlers that flush a response in a
// loop: the server gives their writes no deadline, because a server's
// WriteTimeout would end the stream.
func (sc *scan) streaming() (vs []verdict) {
	found := map[*ssa.Function]bool{}
	for _, f := range sc.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok || found[declared(f)] || sc.rep.Skips(call.Pos()) || !sc.flushesResponse(call) {
					continue
				}
				for _, d := range sc.finder.Drivers(call) {
					if d.Loop == nil || d.Kind != loops.Elements && d.Kind != loops.Ticks && d.Kind != loops.Receives || sc.timed() {
						continue
					}
					found[declared(f)] = true
					vs = append(vs, verdict{kind: stream, call: call, driver: d})
					break
				}
			}
		}
	}
	return vs
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
		fa, ok := i.Addr.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
		if fld == nil || fld.Name() != "WriteTimeout" {
			return false
		}
		k, isConst := i.Val.(*ssa.Const)
		return (!isConst || k.Value != nil && k.Int64() > 0) && isServer(fa.X.Type())
	}
	return false
}

// isServer reports whether t is a server: it serves listeners.
func isServer(t types.Type) bool { return hasMethod(t, "Serve") && hasMethod(t, "Shutdown") }
