package effects

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Wait is the set of things a function may wait for.
type Wait uint8

const (
	Network    Wait = 1 << iota // a peer
	Thread                      // a file or child process, in a thread
	Clock                       // time
	Locked                      // a lock
	Chan                        // a channel, slot or other goroutine
	Unresolved                  // code that is not visible: may wait or not

	// Never is the empty set: the function provably waits for nobody.
	Never Wait = 0
)

// IO reports whether the set has network or file I/O for certain.
func (w Wait) IO() bool { return w&(Network|Thread) != 0 }

// Proven reports whether the function certainly may wait for something.
func (w Wait) Proven() bool { return w&^Unresolved != 0 }

// waitsOf returns what f may wait for, in its body and in what it calls.
func (r *Result) waitsOf(f *ssa.Function) Wait {
	var w Wait
	instructions(f, func(i ssa.Instruction) bool {
		w |= r.WaitsAt(i)
		return true
	})
	return w
}

// WaitsOfSpawn returns what the goroutine of s may wait for.
func (r *Result) WaitsOfSpawn(s Spawn) Wait {
	var w Wait
	for _, f := range s.Bodies {
		w |= r.Of(f).Waits
	}
	if g, ok := s.Instr.(*ssa.Go); ok && len(s.Bodies) == 0 {
		return r.waitsCall(g) // go m.total.Add(1)
	}
	if s.Open {
		w |= Unresolved
	}
	return w
}

// WaitsAt returns what the instruction may wait for.
func (r *Result) WaitsAt(i ssa.Instruction) Wait {
	switch i := i.(type) {
	case *ssa.Send:
		return Chan
	case *ssa.Select:
		if i.Blocking {
			return Chan
		}
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return Chan
		}
	}
	call, ok := asCall(i)
	if !ok {
		return Never
	}
	return r.waitsCall(call)
}

func (r *Result) waitsCall(call ssa.CallInstruction) Wait {
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return Never
	}
	fn := valueflow.Callee(call)
	if w, ok := waitsRow(fn); ok {
		return w
	}
	if w, ok := waitsByShape(fn, call); ok {
		return w
	}
	if fs, open := r.Index().Callees(call); len(fs) > 0 {
		var w Wait
		for _, f := range fs {
			w |= r.Of(f).Waits
		}
		if open {
			w |= Unresolved
		}
		return w
	}
	if fn != nil && fn.Pkg() != nil {
		if apimodel.NeverBlocks(fn.Pkg().Path()) {
			return Never
		}
		if fact, ok := r.fact(fn); ok {
			return fact.Waits
		}
	}
	return Unresolved
}

// waitsRow returns what the tables say of fn.
func waitsRow(fn *types.Func) (Wait, bool) {
	var w Wait
	known := false
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.BlockNet, apimodel.Accept, apimodel.Receive:
			w |= Network
		case apimodel.BlockFile:
			w |= Thread
		case apimodel.BlockTime:
			w |= Clock
		case apimodel.BlockLock:
			w |= Locked
		case apimodel.Acquire, apimodel.Join:
			w |= Chan
		case apimodel.NoBlock, apimodel.Release, apimodel.TryAcquire, apimodel.Derive, apimodel.Tick, apimodel.TickOnce, apimodel.Rearm, apimodel.Deadline,
			apimodel.Spawn, apimodel.AfterFunc, apimodel.SetLimit, apimodel.NewSemaphore, apimodel.Host:
		default:
			continue
		}
		known = true
	}
	return w, known
}

// waitsByShape knows methods by their form: reads and writes of connections,
// and the accessors of errors, contexts and loggers.
func waitsByShape(fn *types.Func, call ssa.CallInstruction) (Wait, bool) {
	if fn == nil {
		return Never, false
	}
	recv := valueflow.Recv(call)
	if recv == nil {
		return Never, false
	}
	switch fn.Name() {
	case "Read", "Write", "ReadFrom", "WriteTo", "ReadMessage", "WriteMessage", "ReadJSON", "WriteJSON":
		if peer.IsConn(recv.Type()) || peer.IsPacketConn(recv.Type()) {
			return Network, true
		}
	case "Error", "String", "Done", "Err", "Value", "Deadline", "Printf", "Println", "Print", "Debugf", "Infof", "Warnf",
		"Errorf", "Tracef", "Debug", "Info", "Warn", "Trace", "Log", "Logf", "LocalAddr", "RemoteAddr":
		if call.Common().IsInvoke() || fn.Name() == "String" || fn.Name() == "Error" {
			return Never, true
		}
	}
	return Never, false
}
