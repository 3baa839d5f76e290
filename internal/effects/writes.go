package effects

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A writeFact is what a function does with the writers among its parameters,
// -1 for the receiver.
type writeFact struct {
	// To are the parameters that a call writes to, and waits for.
	To []int
	// Over are the parameters that the result writes to.
	Over []int
	// Bare are the parameters that can have a write deadline, and that a call
	// writes to with none of its own: the caller's deadline is all there is.
	Bare []int
	// Until are the parameters whose writes a call puts a deadline on; the
	// receiver, where it puts one on what that was made over.
	Until []int
	// Held: a call writes to what the receiver was made over, with no deadline
	// of its own.
	Held bool
}

func (w writeFact) empty() bool {
	return len(w.To)+len(w.Over)+len(w.Bare)+len(w.Until) == 0 && !w.Held
}

// WritesOf returns the values that call sends bytes to and waits for: by
// table, by the body or fact of what it calls, and by form. What a function
// of this package writes to a connection of its own is not among them: that
// write is a site itself.
func (r *Result) WritesOf(call ssa.CallInstruction) []ssa.Value {
	fn := valueflow.Callee(call)
	var vs []ssa.Value
	known := false
	for _, row := range apimodel.FuncRows(fn) {
		if row.Does == apimodel.Write {
			known = true
			if a := valueflow.Arg(call, row.Arg); a != nil {
				vs = append(vs, a)
			}
		}
	}
	if known {
		return vs
	}
	if f := valueflow.StaticCallee(call); f != nil && f.Blocks != nil && f.Pkg == r.Index().Pkg {
		return argsOf(call, r.writesOf(f).To)
	}
	fact, ok := r.fact(fn)
	if ok && !fact.Writes.empty() {
		vs := append(argsOf(call, fact.Writes.To), argsOf(call, fact.Writes.Bare)...)
		if recv := valueflow.Recv(call); recv != nil && fact.Writes.Held {
			vs = append(vs, recv)
		}
		return vs
	}
	return writesByForm(fn, call)
}

func argsOf(call ssa.CallInstruction, ns []int) (vs []ssa.Value) {
	for _, n := range ns {
		if a := valueflow.Arg(call, n); a != nil {
			vs = append(vs, a)
		}
	}
	return vs
}

// writesByForm knows writes by their form where nothing else is known: a
// method of the write family on something that has a write deadline, and a
// function of that family that is given a connection as an io.Writer.
func writesByForm(fn *types.Func, call ssa.CallInstruction) (vs []ssa.Value) {
	if fn == nil || !sendsByName(fn.Name()) || endsItself(fn) {
		return nil
	}
	if recv := valueflow.Recv(call); recv != nil && HasWriteDeadline(recv.Type()) {
		return []ssa.Value{recv}
	}
	if fn.Pkg() == nil || apimodel.Standard(fn.Pkg().Path()) {
		return nil
	}
	// w.WriteMsg(m): what w was made over is for whoever asks to find.
	if recv := valueflow.Recv(call); recv != nil && sendsMessages(fn) {
		return []ssa.Value{recv}
	}
	for n := range fn.Signature().Params().Len() {
		if isWriter(fn.Signature().Params().At(n).Type()) {
			if a := valueflow.Arg(call, n); a != nil {
				vs = append(vs, a)
			}
		}
	}
	return vs
}

// sendsMessages reports whether method fn is one of those that write one message
// to whatever their receiver was made over.
func sendsMessages(fn *types.Func) bool {
	switch fn.Name() {
	case "WriteMsg", "WriteMessage", "WriteFrame", "WritePacket", "WriteJSON", "WriteProto", "Encode", "Flush":
		return true
	}
	return false
}

// endsItself reports whether fn is told when to give up: WriteControl(kind,
// data, deadline). For what its callers make of that it does not wait for ever.
func endsItself(fn *types.Func) bool {
	for p := range fn.Signature().Params().Variables() {
		if isTime(p.Type()) {
			return true
		}
	}
	return false
}

// sendsByName reports whether a function of this name sends something at
// once.
func sendsByName(name string) bool {
	name = strings.ToLower(name)
	for _, verb := range []string{"write", "send", "encode", "marshal", "flush", "fprint", "copy", "serialize", "reply", "respond"} {
		if strings.HasPrefix(name, verb) && !strings.HasPrefix(name, "writedeadline") {
			return true
		}
	}
	return false
}

// isWriter reports whether t is io.Writer or an interface like it: it writes
// and has no deadlines.
func isWriter(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() <= 2 && hasMethod(t, "Write")
}

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}

// writesOf returns what f does with the writers among its parameters.
func (r *Result) writesOf(f *ssa.Function) writeFact {
	a, ok := r.Index().Memo("writes", f, func() any {
		var w writeFact
		bare := r.mayBeBare(f)
		instructions(f, func(i ssa.Instruction) bool {
			switch i := i.(type) {
			case *ssa.Return:
				for _, v := range i.Results {
					w.Over = append(w.Over, r.writtenOver(v, f)...)
				}
			case *ssa.Call, *ssa.Defer:
				call := i.(ssa.CallInstruction)
				w.To = append(w.To, r.writtenParams(call, f)...)
				w.Held = w.Held || r.writesHeld(call, f)
				if bare {
					w.Bare = append(w.Bare, r.bareParams(call, f)...)
				}
				w.Until = append(w.Until, r.timedParams(call, f)...)
			}
			return true
		})
		w.To = slices.DeleteFunc(w.To, func(n int) bool { return slices.Contains(w.Until, n) })
		if len(w.Bare) > 0 {
			ended := append(r.endedBeside(f), w.Until...)
			w.Bare = slices.DeleteFunc(w.Bare, func(n int) bool { return slices.Contains(ended, n) })
		}
		w.Held = (w.Held || bare && r.writesBareHeld(f)) && !isForElse(f) && !slices.Contains(w.Until, -1)
		w.To, w.Over, w.Bare, w.Until = sorted(w.To), sorted(w.Over), sorted(w.Bare), sorted(w.Until)
		return w
	})
	if !ok {
		return writeFact{} // recursion: what is not yet known is left out
	}
	return a.(writeFact)
}

// sorted returns each of ns once, in order; nil for none, as facts need it.
func sorted(ns []int) []int {
	if len(ns) == 0 {
		return nil
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

// writtenParams returns the parameters of f that call writes to and whose
// type cannot have a deadline: where it can, the write is f's own affair.
func (r *Result) writtenParams(call ssa.CallInstruction, f *ssa.Function) (ns []int) {
	for _, v := range r.WritesOf(call) {
		ns = append(ns, r.handed(v, f)...)
	}
	return ns
}

// handed returns the parameters of f behind v that f knows as nothing but
// writers: neither they nor what f makes of them has a deadline.
func (r *Result) handed(v ssa.Value, f *ssa.Function) (ns []int) {
	b := behind{r, f, HasWriteDeadline, map[ssa.Value]bool{}, nil}
	b.walk(v)
	return b.ns
}

// writesHeld reports whether call writes to something in a field of f's
// receiver that cannot have a deadline.
func (r *Result) writesHeld(call ssa.CallInstruction, f *ssa.Function) (held bool) {
	if f.Signature.Recv() == nil {
		return false
	}
	for _, v := range r.WritesOf(call) {
		r.Index().Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
			if HasWriteDeadline(v.Type()) {
				return false
			}
			if u, ok := v.(*ssa.UnOp); ok {
				fa, ok := u.X.(*ssa.FieldAddr)
				held = held || ok && fa.X == f.Params[0]
				return false
			}
			return true
		})
	}
	if valueflow.Recv(call) == f.Params[0] {
		for _, g := range r.Index().StaticBodies(call) {
			held = held || r.writesOf(g).Held
		}
	}
	return held
}

func paramAt(f *ssa.Function, n int) *ssa.Parameter {
	if f.Signature.Recv() != nil {
		n++
	}
	return f.Params[n]
}

// writtenOver returns the parameters of f that its result v writes to: v
// wraps them, or is a struct with one of them in a field.
func (r *Result) writtenOver(v ssa.Value, f *ssa.Function) (ns []int) {
	if !hasMethod(v.Type(), "Write") && !hasMethod(v.Type(), "Flush") && !hasMethod(v.Type(), "Encode") && !hasMethod(v.Type(), "WriteMsg") && !holdsConn(v.Type()) {
		return nil
	}
	for _, n := range r.paramsBehind(v, f) {
		if p := paramAt(f, n); hasMethod(p.Type(), "Write") {
			ns = append(ns, n)
		}
	}
	return ns
}

// holdsConn reports whether t is a struct with a connection in a field.
func holdsConn(t types.Type) bool {
	st, ok := structOf(t)
	if !ok {
		return false
	}
	for fld := range st.Fields() {
		if canBeBare(fld.Type()) {
			return true
		}
	}
	return false
}

// WritesOver returns the arguments that the result of a call of another
// package's function writes to: by fact, and by form for constructors of
// writers that take an io.Writer.
func (r *Result) WritesOver(call ssa.CallInstruction) []ssa.Value {
	fn := valueflow.Callee(call)
	if fn == nil {
		return nil
	}
	if fact, ok := r.fact(fn); ok && len(fact.Writes.Over) > 0 {
		return argsOf(call, fact.Writes.Over)
	}
	if fn.Pkg() == nil || apimodel.Standard(fn.Pkg().Path()) || len(apimodel.FuncRows(fn)) > 0 ||
		!strings.HasPrefix(fn.Name(), "New") || r.Index().HasBody(call) {
		return nil
	}
	var vs []ssa.Value
	for n := range fn.Signature().Params().Len() {
		if isWriter(fn.Signature().Params().At(n).Type()) {
			if a := valueflow.Arg(call, n); a != nil {
				vs = append(vs, a)
			}
		}
	}
	return vs
}

// Hands reports whether a write of f to v is a write of f's callers: v is, or
// wraps, a parameter that cannot have a deadline, and the callers are visible
// here or see it in f's fact.
func (r *Result) Hands(v ssa.Value, f *ssa.Function) bool {
	return len(r.handed(v, f)) > 0
}
