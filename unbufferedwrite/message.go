package unbufferedwrite

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

func callee(call ssa.CallInstruction) *types.Func { return valueflow.Callee(call) }

// message says what is held up, by whom, and which limit is missing.
func (sc *scan) message(v verdict, call *ast.CallExpr) string {
	switch {
	case v.knob != nil:
		return "responses of this server: a client that does not read holds the handler, a write timeout ends that only where " + v.knob.Name() + " is set, and by default it is not"
	case v.serving != nil:
		return "write of a response: a client that does not read holds the handler, the server has no write timeout and no deadline is set"
	case v.untimed:
		return "write of a response: the client decides when its stream takes more, a handler waits for each, its server has no write timeout and no deadline is set"
	}
	switch v.kind {
	case noDrain:
		return sc.drainMessage(v, call)
	case stream:
		return fmt.Sprintf("%s streams a response%s: a client that does not read holds the handler, no ResponseController or WriteTimeout ends its writes", loops.Name(v.call.Parent()), perRound(v.driver))
	}
	to, ends := sc.name(v, call), v.site.whatEnds()
	switch {
	case v.kind == closeWrite && v.lock != nil:
		return fmt.Sprintf("%s writes before it closes, while %s is locked: one peer that does not read stalls everybody who needs the lock, %s", to, orElse(v.lock.name, "a mutex"), ends)
	case v.kind == closeWrite:
		return fmt.Sprintf("%s writes before it closes, in a loop over %s: one peer that does not read keeps the others open, %s", to, orElse(v.over, "all of them"), ends)
	case v.kind == neverReads:
		return fmt.Sprintf("write to %s in a loop, and nobody reads it: pings stay unanswered and a close is not seen until a write fails", to)
	case v.kind == sibling && v.covered == nil:
		return fmt.Sprintf("write to %s has a write deadline on some ways to it only: on the others a peer that does not read holds up the caller", to)
	case v.kind == sibling:
		return fmt.Sprintf("write to %s without the write deadline that its sibling in %s sets: a peer that does not read holds it up, or the sibling's deadline has passed and ends it at once", to, loops.Name(v.covered.fn()))
	case v.kind == lockedWrite && v.lock != nil && v.call != v.site.call:
		return fmt.Sprintf("%s writes to a %s while %s is locked: one peer that does not read stalls everybody who needs the lock, %s", to, v.site.sink.Unit, orElse(v.lock.name, "a mutex"), ends)
	case v.kind == lockedWrite && v.call != v.site.call:
		return fmt.Sprintf("%s writes to a %s in a loop over %s: one peer that does not read stalls the rest, %s", to, v.site.sink.Unit, orElse(v.over, "all of them"), ends)
	case v.kind == lockedWrite && v.lock != nil:
		return fmt.Sprintf("write to %s while %s is locked: one peer that does not read stalls everybody who needs the lock, %s", to, orElse(v.lock.name, "a mutex"), ends)
	case v.kind == lockedWrite:
		return fmt.Sprintf("write to %s in a loop over %s: one peer that does not read stalls the rest, %s", to, orElse(v.over, "all of them"), ends)
	case keepsOut(v.driver):
		return fmt.Sprintf("write to %s in the loop that accepts: one peer that does not read keeps all others out, %s", to, ends)
	case v.driver.Kind == 0:
		return fmt.Sprintf("write to %s: the peer decides when its %s takes more, a goroutine waits for each, %s", to, v.site.sink.Unit, ends)
	}
	return fmt.Sprintf("write to %s%s: a peer that does not read holds the goroutine of its %s, %s", to, perRound(v.driver), v.site.sink.Unit, ends)
}

// keepsOut reports whether the rounds are those of the loop that accepts, not
// of a worker that is handed what was accepted.
func keepsOut(d loops.Driver) bool {
	if d.Kind != loops.Accepts {
		return false
	}
	_, isCall := d.Event.Instr.(*ssa.Call)
	return isCall
}

// whatEnds says which deadline ends the write.
func (s *site) whatEnds() string {
	if s.knob != nil {
		return "a write deadline ends it only where " + s.knob.Name() + " is set, and by default it is not"
	}
	if !s.sink.Deadlines() {
		return "only its own deadline ends it"
	}
	return "no write deadline ends it"
}

func (sc *scan) drainMessage(v verdict, call *ast.CallExpr) string {
	fn := loops.Name(v.call.Parent())
	switch v.lost {
	case lostError:
		text := "the flush"
		if call != nil {
			text = short(call.Fun, text)
		}
		return fmt.Sprintf("error of %s is dropped: %s reports success although what the buffer held is lost", text, fn)
	case lostHere:
		return fmt.Sprintf("writer from %s is not flushed on one way out of %s: what its buffer holds is lost", short(call.Fun, "here"), fn)
	}
	return fmt.Sprintf("writer from %s is never flushed in %s: what its buffer holds is lost", short(call.Fun, "here"), fn)
}

// perRound says how often the write happens.
func perRound(d loops.Driver) string {
	switch {
	case d.Kind == loops.Ticks:
		return " at each tick"
	case d.Unit != "":
		return " per " + string(d.Unit)
	case d.Kind == loops.Elements:
		return " per element"
	}
	return ""
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// name returns what the source calls the connection where v is reported: the
// argument or receiver that is written to, or what is called there.
func (sc *scan) name(v verdict, call *ast.CallExpr) string {
	if call != nil {
		if v.call != v.site.call {
			return short(call.Fun, sc.unitName(v.site))
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && valueflow.Recv(v.call) == v.site.to {
			return short(sel.X, sc.unitName(v.site))
		}
		for n, a := range call.Args {
			if valueflow.Arg(v.call, n) == v.site.to {
				return short(a, sc.unitName(v.site))
			}
		}
	}
	return orElse(sc.x.Describe(v.site.to), sc.unitName(v.site))
}

func (sc *scan) unitName(s *site) string { return "a " + string(s.sink.Unit) }

// short returns e as the source has it, unless it is long.
func short(e ast.Expr, other string) string {
	if s := types.ExprString(e); len(s) <= 32 {
		return s
	}
	return other
}

// evidence returns the chain of reasons behind v.
func (sc *scan) evidence(v verdict) (rs []analysis.RelatedInformation) {
	add := func(i ssa.Instruction, text string) {
		if i != nil && i.Pos().IsValid() {
			rs = append(rs, analysis.RelatedInformation{Pos: i.Pos(), Message: text})
		}
	}
	if v.lock != nil {
		add(v.lock.instr, "locked here")
	}
	add(v.serving, "served here")
	add(v.set, "the deadline")
	if v.site != nil {
		add(v.site.opted, "a deadline only for those who ask for one")
	}
	add(v.bare, "no deadline since the connection was made here")
	if v.way != nil {
		add(v.way, "left here without a flush")
	}
	if v.site != nil && v.call != v.site.call {
		add(v.site.call, "the write")
	}
	if v.driver.Event != nil {
		add(v.driver.Event.Instr, "each round begins here")
	}
	for n, fr := range v.driver.Chain {
		if n > 0 {
			add(fr.Site, "called here")
		}
	}
	return rs
}
