package unbufferedwrite

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/knobs"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// slowReaders returns the finding about a package that serves requests and
// gives no response a deadline: at the server, where its write timeout is a
// setting that is off, or at the write that most handlers share. One finding
// for all servers and handlers: one line fixes them.
func (sc *scan) slowReaders() []verdict {
	if sc.timed() {
		return nil
	}
	for _, f := range sc.funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				s, ok := sc.eff.ServingAt(i)
				if !ok || sc.rep.Skips(i.Pos()) || !sc.servesRequests(s) {
					continue
				}
				v := verdict{kind: noDeadline, untimed: true, serving: i}
				if v.call, _ = i.(ssa.CallInstruction); v.call == nil {
					continue
				}
				if at, knob := sc.optionalTimeout(); knob != nil {
					v.at, v.knob = at, knob
					return []verdict{v}
				}
				if write := sc.sharedAnswer(); write != nil {
					v.call = write
					return []verdict{v}
				}
			}
		}
	}
	return nil
}

// servesRequests reports whether s serves requests that are answered on a
// response, to other machines, with a server that nobody out of sight sets up.
func (sc *scan) servesRequests(s effects.Serving) bool {
	if s.Fn.Pkg() == sc.eff.Pass().Pkg || s.On != nil && !sc.eff.ReachesPeers(s.On) {
		return false
	}
	if s.Server == nil {
		call, ok := s.Instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		for n := range s.Fn.Signature().Params().Len() {
			if !hasMethod(s.Fn.Signature().Params().At(n).Type(), "ServeHTTP") {
				continue
			}
			k, ok := valueflow.Arg(call, n).(*ssa.Const)
			return !ok || !k.IsNil() || sc.addsHandlers(s.Fn.Pkg())
		}
		return false
	}
	if fieldNamed(s.Server.Type(), "WriteTimeout") == nil {
		return false
	}
	made := sc.eff.MadeAt(s.Server)
	for _, m := range made {
		a, ok := m.Value.(*ssa.Alloc)
		if !ok || sc.handedOn(a) {
			return false
		}
		for _, addr := range sc.eff.Sets(m, apimodel.ListenAddr) {
			if s.On == nil && !sc.eff.ReachesPeers(addr) {
				return false
			}
		}
	}
	return len(made) > 0
}

// addsHandlers reports whether the package registers handlers with the mux that
// package pkg itself has, which serves where no handler is named.
func (sc *scan) addsHandlers(pkg *types.Package) bool {
	for _, f := range sc.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok {
					continue
				}
				fn := callee(call)
				_, adds := apimodel.Find(fn, apimodel.CallbackGo)
				_, serves := apimodel.Find(fn, apimodel.Serve)
				if adds && !serves && fn.Pkg() == pkg && fn.Signature().Recv() == nil {
					return true
				}
			}
		}
	}
	return false
}

func fieldNamed(t types.Type, name string) *types.Var {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	f, _ := obj.(*types.Var)
	return f
}

// handedOn reports whether the server made at a goes to code of another
// module's package, which may give it a timeout.
func (sc *scan) handedOn(a *ssa.Alloc) bool {
	for _, r := range *a.Referrers() {
		call, ok := r.(ssa.CallInstruction)
		if !ok || valueflow.Recv(call) == a || sc.x.HasBody(call) {
			continue
		}
		if fn := callee(call); fn == nil || fn.Pkg() == nil || !apimodel.Standard(fn.Pkg().Path()) {
			return true
		}
	}
	return false
}

// optionalTimeout returns where a server of the package is given a write
// timeout that is zero by default, and the setting.
func (sc *scan) optionalTimeout() (at token.Pos, knob *types.Var) {
	for _, f := range sc.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				st, ok := i.(*ssa.Store)
				if !ok || !writeTimeoutOf(st) {
					continue
				}
				if knob := knobs.Field(sc.x, st.Val); knob != nil {
					at := st.Pos()
					if a, ok := st.Addr.(*ssa.FieldAddr).X.(*ssa.Alloc); ok {
						at = a.Pos()
					}
					return at, knob
				}
			}
		}
	}
	return token.NoPos, nil
}

// writeTimeoutOf reports whether st sets the write timeout of a server.
func writeTimeoutOf(st *ssa.Store) bool {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	fld := valueflow.FieldOf(fa.X.Type(), fa.Field)
	return fld != nil && fld.Name() == "WriteTimeout" && isServer(fa.X.Type())
}

// sharedAnswer returns the write of a response of any size that most handlers
// of the package share, else the first that a handler does; nil for none.
func (sc *scan) sharedAnswer() (answer *ssa.Call) {
	most := -1
	for _, f := range sc.funcs {
		call := sc.answerOf(f)
		if call == nil || sc.rep.Skips(call.Pos()) {
			continue
		}
		if n := len(sc.x.Callers(f)); n > most {
			answer, most = call, n
		}
	}
	return answer
}

// answerOf returns the last write of a response in f whose size is not f's
// choice, nil for none.
func (sc *scan) answerOf(f *ssa.Function) (last *ssa.Call) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok || !sizeable(call) || refuses(call) {
				continue
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

// refuses reports whether call answers that something has failed, which takes a
// line or two.
func refuses(call *ssa.Call) bool {
	for d := call.Block(); d != nil; d = d.Idom() {
		for _, i := range d.Instrs {
			status, ok := i.(*ssa.Call)
			if !ok || !flowgraph.Dominates(status, call) || callee(status) == nil || callee(status).Name() != "WriteHeader" {
				continue
			}
			for _, a := range valueflow.Args(status) {
				if n, ok := valueflow.Int(a); ok && n >= 400 {
					return true
				}
			}
		}
	}
	return false
}

// sizeable reports whether call may write more than a line: bytes that were
// computed, a document, a copy.
func sizeable(call *ssa.Call) bool {
	fn := callee(call)
	if fn == nil {
		return false
	}
	switch fn.Name() {
	case "Write", "WriteString":
		args := valueflow.Args(call)
		v := args[len(args)-1]
		if cv, ok := v.(*ssa.Convert); ok {
			v = cv.X
		}
		_, isConst := v.(*ssa.Const)
		return !isConst
	case "Encode", "Execute", "ExecuteTemplate", "Copy", "CopyBuffer", "WriteTo":
		return true
	}
	return false
}
