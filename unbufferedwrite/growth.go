package unbufferedwrite

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Kinds of findings.
const (
	noDeadline  = "no-deadline"
	lockedWrite = "locked-write"
	noDrain     = "no-drain"
	stream      = "stream"
	neverReads  = "never-reads"
	sibling     = "sibling"
	closeWrite  = "close-write"
)

// A verdict is one finding.
type verdict struct {
	kind string
	site *site
	call ssa.CallInstruction // where it is reported
	// driver is what makes the write happen again and again; its Kind is zero
	// where one write suffices.
	driver loops.Driver
	also   []*site // other writes of the same round and function
	lock   *held   // what is locked meanwhile
	over   string
	// untimed: a response of a server without a write timeout; site is nil.
	// serving is where that server serves, at where it is given the timeout
	// that knob turns on; nil for servers that have none to give.
	untimed bool
	serving ssa.Instruction
	at      token.Pos
	knob    *types.Var

	// For sibling: where a deadline is set, for which other write; where the
	// connection is made on the way that sets none.
	set, bare ssa.Instruction
	covered   *site

	// For no-drain: the writer, what is lost, and the way out for lostHere.
	drain *drain
	lost  loss
	way   *ssa.Return
}

// A loss is what a writer that is not drained loses.
type loss uint8

const (
	lostAlways loss = iota // no way flushes it
	lostHere               // one way out does not
	lostError              // the error of the flush is dropped
)

// unended decides whether s is a write without a deadline that a peer can use
// to hold something up: the goroutine of each connection, or the accept loop.
func (sc *scan) unended(s *site) (verdict, bool) {
	v := verdict{kind: noDeadline, site: s, call: s.call}
	if s.sink.Dialled && !s.sink.Served || !s.sink.Deadlines() || !sc.stalls(s) {
		return v, false
	}
	if effects.CopiesAll(s.call) || sc.passesOn(s) {
		return v, false // a proxy or a download: the stall is the copy's own
	}
	for _, d := range sc.roundsOf(s) {
		served := s.sink.Served
		switch d.Kind {
		case loops.Accepts, loops.Elements, loops.Ticks:
		case loops.Receives:
			if d.Unit == apimodel.Datagram {
				continue // from another socket, which loses what waits too long
			}
			served = served || d.Who == peer.Peer && s.sink.Open && sc.answers(d.Event, s)
		case loops.Collection:
			if d.Who < peer.Input {
				continue
			}
		default:
			continue
		}
		if served && (v.driver.Kind == 0 || len(d.Chain) < len(v.driver.Chain)) {
			v.driver = d
		}
	}
	if v.driver.Kind != 0 {
		return v, true
	}
	return v, s.sink.Served && windowed(s.sink.Unit) && !s.sink.Roomy
}

// roundsOf returns what makes the write happen again and again in the
// goroutine that does it: a go statement holds up no loop.
func (sc *scan) roundsOf(s *site) []loops.Driver {
	if _, isGo := s.call.(*ssa.Go); isGo {
		return nil
	}
	return sc.finder.Drivers(s.call)
}

// answers reports whether what drives the write came from the connection it
// goes to.
func (sc *scan) answers(e *effects.Event, s *site) bool {
	call, ok := e.Instr.(*ssa.Call)
	if !ok {
		return false
	}
	from := call.Call.Args
	if call.Call.IsInvoke() {
		from = append(from[:len(from):len(from)], call.Call.Value)
	}
	for _, v := range from {
		if sc.stall.Sink(v).On.Meets(s.sink.On) {
			return true
		}
	}
	return false
}

// inAcceptLoop reports whether the write happens in the loop that accepts.
func (sc *scan) inAcceptLoop(s *site) bool {
	for _, d := range sc.roundsOf(s) {
		if keepsOut(d) {
			return true
		}
	}
	return false
}

// windowed reports whether the peer alone decides how much it takes: no
// kernel takes the first bytes for it.
func windowed(u apimodel.Unit) bool { return u == apimodel.Stream || u == apimodel.Channel }

// passesOn reports whether the write passes on what was just read from another
// connection, a copy by hand.
func (sc *scan) passesOn(s *site) bool {
	if fn := callee(s.call); fn == nil || fn.Name() != "Write" || len(valueflow.Args(s.call)) != 1 {
		return false
	}
	buf := sliced(valueflow.Args(s.call)[0])
	for _, b := range s.fn().Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok || callee(call) == nil || callee(call).Name() != "Read" {
				continue
			}
			args, recv := valueflow.Args(call), valueflow.Recv(call)
			if len(args) == 1 && sliced(args[0]) == buf && recv != nil && sc.another(recv, s) {
				return true
			}
		}
	}
	return false
}

// another reports whether v is another connection than the one that s writes
// to: two parameters are, whoever passes them.
func (sc *scan) another(v ssa.Value, s *site) bool {
	if p, ok := v.(*ssa.Parameter); ok {
		if q, ok := s.to.(*ssa.Parameter); ok {
			return p != q
		}
	}
	return !sc.stall.Sink(v).On.Meets(s.sink.On)
}

// sliced returns the buffer that v is a part of.
func sliced(v ssa.Value) ssa.Value {
	for {
		sl, ok := v.(*ssa.Slice)
		if !ok {
			return v
		}
		v = sl.X
	}
}
