package unbufferedwrite

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// unread returns the findings about websockets that a peer opened and that
// are written to in a loop while nobody reads them: pings are not answered,
// and a close is not seen until a write fails.
func (sc *scan) unread() (vs []verdict) {
	found := map[*ssa.Function]bool{}
	for _, s := range sc.sites {
		if found[declared(s.fn())] || !s.sink.Served || s.sink.Open || !wantsReading(s.sink.Conn.Type()) {
			continue
		}
		if sc.finder.Forest(s.fn()).Innermost(s.call.Block()) == nil || sc.readOrHandedOn(s) {
			continue
		}
		found[declared(s.fn())] = true
		vs = append(vs, verdict{kind: neverReads, site: s, call: s.call})
	}
	return vs
}

// wantsReading reports whether control frames of t's peer are handled by
// whoever reads from it.
func wantsReading(t types.Type) bool {
	return hasMethod(t, "ReadMessage") && hasMethod(t, "SetPongHandler") || hasMethod(t, "CloseRead") && hasMethod(t, "Ping")
}

// readOrHandedOn reports whether some code may read from the site's
// connection: a reading method, or code that is not visible and is given it.
func (sc *scan) readOrHandedOn(s *site) bool {
	for _, f := range sc.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case ssa.CallInstruction:
					if sc.reads(i, s) {
						return true
					}
				case *ssa.Return:
					if obj := f.Object(); obj != nil && obj.Exported() && sc.anyMeets(i.Results, s) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (sc *scan) anyMeets(vs []ssa.Value, s *site) bool {
	for _, v := range vs {
		if v != nil && sc.stall.Sink(v).On.Meets(s.sink.On) {
			return true
		}
	}
	return false
}

func (sc *scan) reads(call ssa.CallInstruction, s *site) bool {
	fn := valueflow.Callee(call)
	if fn == nil {
		return !isBuiltin(call) && len(sc.callees(call)) == 0 && sc.anyMeets(valueflow.Args(call), s)
	}
	if recv := valueflow.Recv(call); recv != nil && sc.anyMeets([]ssa.Value{recv}, s) {
		for _, name := range []string{"Read", "NextReader", "CloseRead", "Receive", "UnderlyingConn", "NetConn"} {
			if strings.HasPrefix(fn.Name(), name) {
				return true
			}
		}
	}
	if len(sc.callees(call)) > 0 {
		return false // seen inside
	}
	for n, a := range valueflow.Args(call) {
		if !sc.anyMeets([]ssa.Value{a}, s) {
			continue
		}
		writes := false
		for _, r := range apimodel.FuncRows(fn) {
			writes = writes || r.Arg == n && (r.Does == apimodel.Write || r.Does == apimodel.Buffer)
		}
		if !writes {
			return true
		}
	}
	return false
}

func isBuiltin(call ssa.CallInstruction) bool {
	_, ok := call.Common().Value.(*ssa.Builtin)
	return ok
}
