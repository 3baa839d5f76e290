package effects

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Verb is what a slot operation does.
type Verb uint8

const (
	_         Verb = iota
	SendSlot       // sends on a channel: takes a slot, or gives a token back
	RecvSlot       // receives from a channel: the reverse
	Take           // waits for a slot: Weighted.Acquire, gate.Start
	TryTake        // takes a slot or fails at once
	Give           // gives a slot back
	CountUp        // adds to a counter
	CountDown      // subtracts from one
)

func (v Verb) String() string {
	return [...]string{"", "sends", "receives", "acquires", "tries", "releases", "counts up", "counts down"}[v]
}

// Undoes reports whether w gives back what v took.
func (v Verb) Undoes(w Verb) bool {
	switch w {
	case SendSlot:
		return v == RecvSlot
	case RecvSlot:
		return v == SendSlot
	case Take:
		return v == Give || v == CountDown || v == CountUp // a wait on a condition counts
	case TryTake:
		return v == Give
	case CountUp:
		return v == CountDown
	}
	return false
}

// A SlotOp is one operation on a semaphore-like place.
type SlotOp struct {
	Verb Verb
	// Instr is the instruction of the function in question: the operation
	// itself or the call that leads to it.
	Instr ssa.Instruction
	// On are the places the semaphore may be; foreign places are strings.
	On valueflow.Origins
	// Value is the semaphore, in the function that has the operation.
	Value ssa.Value
	// Waits reports whether the operation can wait: a try does not.
	Waits bool
	// Arm is the select arm of the operation, noArm without select.
	Arm int
	// Sure: every call that returns in one of its ways has performed the
	// operation; true for operations of the function itself.
	Sure bool
	// Depth is how many calls down the operation is, 0 for the function's own.
	Depth int
	// Guess: only the name of an opaque method says so. Good enough to stay
	// silent, not to accuse.
	Guess bool
	// Deferred: the operation runs when the function returns.
	Deferred bool
	// Ended: something besides the slot can end the wait: another arm of the
	// select, a context, a flag that the waiter looks at.
	Ended bool
	// Endless: a fact says that the semaphore has more slots than any machine
	// can use.
	Endless bool
}

// Dominates reports whether block b is only reached after the operation has
// succeeded, as far as control flow tells.
func (op *SlotOp) Dominates(i ssa.Instruction) bool {
	if op.Deferred {
		return false
	}
	if sel, ok := op.Instr.(*ssa.Select); ok {
		arm, ok := flowgraph.ArmOf(sel, i.Block())
		return ok && arm == op.Arm
	}
	return flowgraph.Dominates(op.Instr, i)
}

// paramPlace begins the names of places that the caller passes: "@0" is the
// first parameter, "@-1" the receiver.
const paramPlace = "@"

// places returns the names that op's places, an operation of function in,
// have in other packages.
func (op *SlotOp) places(in *ssa.Function) []string {
	var ps []string
	for k := range op.On {
		switch k := k.(type) {
		case *types.Var:
			if k.Pkg() != nil {
				ps = append(ps, k.Pkg().Path()+"."+k.Name())
			}
		case *ssa.Global:
			ps = append(ps, k.Pkg.Pkg.Path()+"."+k.Name())
		case *ssa.Parameter:
			if k.Parent() == in {
				ps = append(ps, paramPlace+strconv.Itoa(paramIndex(k)))
			}
		case string:
			ps = append(ps, k)
		}
	}
	return sortedUnique(ps)
}

func sortedUnique(s []string) []string {
	out := s[:0]
	seen := map[string]bool{}
	for _, x := range s {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for i := range out {
		for j := i + 1; j < len(out); j++ {
			if out[j] < out[i] {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out
}

// slotsOf returns the slot operations that a call of f performs in its own
// goroutine.
func (r *Result) slotsOf(f *ssa.Function) []SlotOp {
	type identity struct {
		verb            Verb
		value           ssa.Value
		waits, deferred bool
		ended           bool
	}
	var ops []SlotOp
	seen := map[identity]int{} // index into ops, plus one
	instructions(f, func(i ssa.Instruction) bool {
		for _, op := range r.SlotsAt(i) {
			// Once is enough: callers ask whether there is such an operation,
			// and calls would multiply the list at each level.
			if id := (identity{op.Verb, op.Value, op.Waits, op.Deferred, op.Ended}); seen[id] == 0 {
				seen[id] = len(ops) + 1
				op.Sure = op.Sure && reachesReturn(f, &Event{Instr: op.Instr, Arm: op.Arm})
				ops = append(ops, op)
			} else if old := &ops[seen[id]-1]; op.Depth < old.Depth {
				old.Depth = op.Depth
			}
		}
		return true
	})
	if r.signalsCond(f) {
		// s.active--; s.cond.Signal() gives back what a wait took
		for _, op := range ops {
			if op.Depth == 0 && (op.Verb == CountUp || op.Verb == CountDown) {
				op.Verb = Give
				ops = append(ops, op)
			}
		}
	}
	if !r.waitsForCond(f) {
		return ops
	}
	// for s.active >= s.max { s.cond.Wait() }; s.active++ (or free == 0, free--)
	for _, op := range ops {
		if op.Verb == CountUp || op.Verb == CountDown {
			op.Verb, op.Waits, op.Ended = Take, true, r.condEnds(f)
			ops = append(ops, op)
		}
	}
	return ops
}

// SlotsAt returns the slot operations that executing i performs, through
// calls too.
func (r *Result) SlotsAt(i ssa.Instruction) []SlotOp {
	x := r.Index()
	switch i := i.(type) {
	case *ssa.Send:
		return []SlotOp{{Verb: SendSlot, Instr: i, On: x.Origins(i.Chan), Value: i.Chan, Waits: true, Sure: true, Arm: noArm}}
	case *ssa.UnOp:
		if i.Op == token.ARROW && !onlyTells(i.X) {
			return []SlotOp{{Verb: RecvSlot, Instr: i, On: x.Origins(i.X), Value: i.X, Waits: true, Sure: true, Arm: noArm}}
		}
		return nil
	case *ssa.Select:
		return r.slotsInSelect(i)
	case *ssa.Store:
		return r.counted(i)
	}
	call, ok := asCall(i)
	if !ok {
		return nil
	}
	_, deferred := i.(*ssa.Defer)
	ops := r.SlotsOfCall(call)
	for n := range ops {
		ops[n].Instr, ops[n].Arm, ops[n].Deferred = i, noArm, deferred
		ops[n].Depth++
	}
	return ops
}

func (r *Result) slotsInSelect(sel *ssa.Select) []SlotOp {
	var ops []SlotOp
	for n, s := range sel.States {
		if onlyTells(s.Chan) {
			continue
		}
		op := SlotOp{Verb: RecvSlot, Instr: sel, On: r.Index().Origins(s.Chan), Value: s.Chan, Waits: sel.Blocking, Sure: true, Arm: n,
			Ended: len(sel.States) > 1}
		if s.Dir == types.SendOnly {
			op.Verb = SendSlot
		}
		ops = append(ops, op)
	}
	return ops
}

// onlyTells reports whether ch is a channel that only tells the end of
// something: Done() of a context, a timer's.
func onlyTells(ch ssa.Value) bool {
	if c, ok := ch.Type().Underlying().(*types.Chan); ok && isTime(c.Elem()) {
		return true
	}
	call, ok := ch.(*ssa.Call)
	if !ok {
		return false
	}
	fn := valueflow.Callee(call)
	return fn != nil && fn.Name() == "Done" && isToken(ch.Type())
}

// isToken reports whether the channel's elements carry nothing: struct{}.
func isToken(ch types.Type) bool {
	c, ok := ch.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	s, ok := c.Elem().Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

// counted recognises x++ and x-- on a field, global or captured variable.
func (r *Result) counted(st *ssa.Store) []SlotOp {
	b, ok := st.Val.(*ssa.BinOp)
	if !ok || b.Op != token.ADD && b.Op != token.SUB {
		return nil
	}
	load, ok := b.X.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	on := r.Index().Origins(load)
	if !on.Meets(r.Index().PlaceOf(st.Addr)) {
		return nil
	}
	verb := CountUp
	if b.Op == token.SUB {
		verb = CountDown
	}
	return []SlotOp{{Verb: verb, Instr: st, On: on, Value: load, Sure: true, Arm: noArm}}
}

// SlotsOfCall returns the operations of the callee of a call or go statement: by table, by body, by
// fact, and for opaque methods by the pairs of names in use.
func (r *Result) SlotsOfCall(call ssa.CallInstruction) []SlotOp {
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return nil
	}
	x := r.Index()
	fn := valueflow.Callee(call)
	recv := valueflow.Recv(call)
	if ops, known := r.slotsByRow(fn, call); known {
		return ops
	}
	fs, open := x.Callees(call)
	var ops []SlotOp
	for _, f := range fs {
		ops = append(ops, r.Of(f).Slots...)
	}
	if len(fs) > 0 && !open {
		return ops
	}
	f, ok := r.fact(fn)
	if ok && f.Plain {
		return ops
	}
	if ok && len(f.Slots) > 0 {
		for _, s := range f.Slots {
			op := SlotOp{Verb: s.Verb, On: valueflow.Origins{s.Place: true}, Value: recv, Waits: s.Waits, Sure: s.Sure, Depth: s.Depth, Ended: s.Ended, Endless: s.Endless}
			if n, ok := strings.CutPrefix(s.Place, paramPlace); ok {
				i, _ := strconv.Atoi(n) // written by places
				a := valueflow.Arg(call, i)
				if a == nil {
					continue
				}
				op.Value, op.On = a, x.Origins(a)
			}
			ops = append(ops, op)
		}
		return ops
	}
	if fn != nil && fn.Pkg() != nil && apimodel.Standard(fn.Pkg().Path()) {
		return ops // the tables have the standard library's limiters
	}
	if verb, ok := admissionName(fn); ok && recv != nil && opaque(r, call) {
		ops = append(ops, SlotOp{Verb: verb, On: x.Origins(recv), Value: recv, Waits: verb == Take, Sure: true, Guess: !isGate(fn), Ended: hasContext(fn)})
	}
	return ops
}

func (r *Result) slotsByRow(fn *types.Func, call ssa.CallInstruction) ([]SlotOp, bool) {
	recv := valueflow.Recv(call)
	for _, row := range apimodel.FuncRows(fn) {
		var v Verb
		switch row.Does {
		case apimodel.Acquire:
			v = Take
		case apimodel.TryAcquire:
			v = TryTake
		case apimodel.Release:
			v = Give
		default:
			continue
		}
		return []SlotOp{{Verb: v, On: r.Index().Origins(recv), Value: recv, Waits: v == Take, Sure: true, Ended: hasContext(fn)}}, true
	}
	if _, ok := apimodel.Find(fn, apimodel.Counts); ok {
		return r.atomicAdd(call), true
	}
	return nil, len(apimodel.FuncRows(fn)) > 0
}

func (r *Result) atomicAdd(call ssa.CallInstruction) []SlotOp {
	addr, delta := valueflow.Recv(call), valueflow.Arg(call, 0)
	if addr == nil {
		addr, delta = valueflow.Arg(call, 0), valueflow.Arg(call, 1)
	}
	verb := CountUp
	if negative(delta) {
		verb = CountDown
	}
	return []SlotOp{{Verb: verb, On: r.Index().PlaceOf(addr), Value: addr, Sure: true}}
}

// negative reports whether v is a negative constant, a complement (^uint32(0)
// is the documented way to subtract one) or a negation.
func negative(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		n, ok := valueflow.Int(v)
		if b, isBasic := v.Type().Underlying().(*types.Basic); isBasic && b.Info()&types.IsUnsigned != 0 {
			return ok && n > 1<<31-1
		}
		return ok && n < 0
	case *ssa.UnOp:
		return v.Op == token.SUB || v.Op == token.XOR
	}
	return false
}
