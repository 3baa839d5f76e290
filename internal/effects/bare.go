package effects

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// mayBeBare reports whether f is given something that can have a write
// deadline, as a parameter or in a field of its receiver, and by its name
// may write to it rather than read from it or close it.
func (r *Result) mayBeBare(f *ssa.Function) bool {
	if isForElse(f) {
		return false
	}
	if slices.ContainsFunc(f.Params, func(p *ssa.Parameter) bool { return canBeBare(p.Type()) }) {
		return true
	}
	if f.Signature.Recv() == nil {
		return false
	}
	st, ok := structOf(f.Signature.Recv().Type())
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

// isForElse reports whether f is called like something that reads or ends: it
// may write on the way, but nobody calls it to write.
func isForElse(f *ssa.Function) bool {
	name := strings.ToLower(f.Name())
	return slices.ContainsFunc([]string{"read", "recv", "receive", "next", "accept", "close", "shutdown"}, func(s string) bool { return strings.HasPrefix(name, s) })
}

// canBeBare reports whether writes to a value of type t may wait for a peer, and
// can have a deadline.
func canBeBare(t types.Type) bool {
	return HasWriteDeadline(t) && !apimodel.IsClass(t, apimodel.FileType)
}

func structOf(t types.Type) (*types.Struct, bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok
}

// bareParams returns the parameters of f that can have a write deadline and
// that call writes to, itself or through a function of this package that sets
// none.
func (r *Result) bareParams(call ssa.CallInstruction, f *ssa.Function) (ns []int) {
	if CopiesAll(call) || endsAt(call) {
		return nil
	}
	for _, v := range r.bareWrites(call) {
		for _, n := range r.paramsBehind(v, f) {
			if canBeBare(paramAt(f, n).Type()) {
				ns = append(ns, n)
			}
		}
	}
	return ns
}

// bareWrites returns what call writes to: what WritesOf says, and the
// connections that functions of this package are given for it.
func (r *Result) bareWrites(call ssa.CallInstruction) []ssa.Value {
	vs := r.WritesOf(call)
	for _, g := range r.ownBodies(call) {
		vs = append(vs, argsOf(call, r.writesOf(g).Bare)...)
	}
	return vs
}

// exportBareMethods exports for the methods of the package's interfaces that one
// type of it alone implements which of their parameters that writes to with no
// deadline of its own: there is nobody else that callers could mean, unless they
// bring their own.
func (r *Result) exportBareMethods() {
	scope := r.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() || tn.IsAlias() || !types.IsInterface(tn.Type()) {
			continue
		}
		iface := tn.Type().Underlying().(*types.Interface)
		for m := range iface.ExplicitMethods() {
			if !visible(m) || !takesBare(m) {
				continue
			}
			fs := r.Index().Implementers(m, iface)
			if len(fs) != 1 {
				continue
			}
			if w := r.writesOf(fs[0]); len(w.Bare) > 0 {
				r.pass.ExportObjectFact(m, &funcFact{Waits: Unresolved, Writes: writeFact{Bare: w.Bare}})
			}
		}
	}
}

// takesBare reports whether a parameter of fn can have a write deadline.
func takesBare(fn *types.Func) bool {
	for p := range fn.Signature().Params().Variables() {
		if canBeBare(p.Type()) {
			return true
		}
	}
	return false
}

// writesBareHeld reports whether f writes to a connection in a field of its
// receiver, on which nothing in the package sets a deadline.
func (r *Result) writesBareHeld(f *ssa.Function) (held bool) {
	if f.Signature.Recv() == nil || hasTimer(f.Signature.Recv().Type()) {
		return false
	}
	instructions(f, func(i ssa.Instruction) bool {
		call, ok := asCall(i)
		if !ok || CopiesAll(call) || endsAt(call) {
			return true
		}
		for _, v := range r.bareWrites(call) {
			r.Index().Walk(v, valueflow.Options{Through: true}, func(v ssa.Value) bool {
				fld := r.heldField(v, f)
				held = held || fld != nil && canBeBare(fld.Type()) && !r.timedFields()[fld]
				return fld == nil
			})
		}
		return !held
	})
	return held
}

// heldField returns the field of f's receiver that v is loaded from, nil for
// other values.
func (r *Result) heldField(v ssa.Value, f *ssa.Function) *types.Var {
	u, ok := v.(*ssa.UnOp)
	if !ok || f.Signature.Recv() == nil {
		return nil
	}
	if fa, ok := u.X.(*ssa.FieldAddr); ok && fa.X == f.Params[0] {
		return valueflow.FieldOf(fa.X.Type(), fa.Field)
	}
	return nil
}

// hasTimer reports whether a struct of type t has a timer, which may end what
// the struct waits for.
func hasTimer(t types.Type) bool {
	st, ok := structOf(t)
	if !ok {
		return false
	}
	for fld := range st.Fields() {
		if hasMethod(fld.Type(), "Reset") && hasMethod(fld.Type(), "Stop") {
			return true
		}
	}
	return false
}

// timedFields returns the struct fields of the package on whose connections it
// sets a write deadline somewhere.
func (r *Result) timedFields() map[*types.Var]bool {
	a, _ := r.Index().Memo("timed fields", nil, func() any {
		fields := map[*types.Var]bool{}
		for _, f := range r.Index().Funcs {
			instructions(f, func(i ssa.Instruction) bool {
				if call, ok := i.(ssa.CallInstruction); ok && !r.Index().HasBody(call) {
					for _, on := range r.timesAt(call) {
						for o := range r.Index().Origins(on) {
							if fld, ok := o.(*types.Var); ok {
								fields[fld] = true
							}
						}
					}
				}
				return true
			})
		}
		return fields
	})
	return a.(map[*types.Var]bool)
}

// timesAt returns what call puts a write deadline on, itself or through what it
// calls.
func (r *Result) timesAt(call ssa.CallInstruction) []ssa.Value {
	if on, until := DeadlineOf(call); on != nil {
		if IsZeroTime(r.Index(), until) {
			return nil
		}
		return []ssa.Value{on}
	}
	return r.Extends(call)
}

// timedParams returns the parameters of f that call puts a write deadline on,
// and its receiver where that has what the deadline is put on.
func (r *Result) timedParams(call ssa.CallInstruction, f *ssa.Function) (ns []int) {
	for _, on := range r.timesAt(call) {
		ns = append(ns, r.paramsBehind(on, f)...)
		r.Index().Walk(on, valueflow.Options{Through: true}, func(v ssa.Value) bool {
			held := r.heldField(v, f) != nil
			if held {
				ns = append(ns, -1)
			}
			return !held
		})
	}
	return ns
}

// endedBeside returns the parameters of f that something which f starts may
// close, or give a deadline, while f waits for them: a literal that is not
// deferred, a function that runs in a goroutine.
func (r *Result) endedBeside(f *ssa.Function) (ns []int) {
	instructions(f, func(i ssa.Instruction) bool {
		switch i := i.(type) {
		case *ssa.Go:
			for _, a := range i.Call.Args {
				ns = append(ns, r.paramsBehind(a, f)...)
			}
		case *ssa.MakeClosure:
			if !onlyDeferred(i) {
				ns = append(ns, r.endedIn(i.Fn.(*ssa.Function), f)...)
			}
		}
		return true
	})
	return ns
}

// endedIn returns the parameters of f that literal g, or one in it, closes or
// gives a deadline.
func (r *Result) endedIn(g, f *ssa.Function) (ns []int) {
	instructions(g, func(i ssa.Instruction) bool {
		call, ok := i.(ssa.CallInstruction)
		if !ok {
			return true
		}
		for _, on := range r.timesAt(call) {
			ns = append(ns, r.paramsBehind(on, f)...)
		}
		if fn, recv := valueflow.Callee(call), valueflow.Recv(call); fn != nil && recv != nil && strings.HasPrefix(fn.Name(), "Close") {
			ns = append(ns, r.paramsBehind(recv, f)...)
		}
		return true
	})
	for _, lit := range g.AnonFuncs {
		ns = append(ns, r.endedIn(lit, f)...)
	}
	return ns
}

func onlyDeferred(mc *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*mc.Referrers(), func(i ssa.Instruction) bool {
		_, deferred := i.(*ssa.Defer)
		_, debug := i.(*ssa.DebugRef)
		return !deferred && !debug
	})
}

// ownBodies returns the function of this package that call invokes, also where
// an interface of the package has one type that implements it.
func (r *Result) ownBodies(call ssa.CallInstruction) []*ssa.Function {
	if fs := r.Index().StaticBodies(call); len(fs) > 0 {
		return fs
	}
	if fs := r.Index().Implementations(call); len(fs) == 1 {
		return fs
	}
	return nil
}

// CopiesAll reports whether call copies a source of any length, by the name of
// what it calls: the stall is the copy's own.
func CopiesAll(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	if fn == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	for _, verb := range []string{"copy", "relay", "pipe", "splice", "proxy", "readfrom"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// endsAt reports whether what call invokes is told when, or how soon, to give
// up.
func endsAt(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	if fn == nil {
		return false
	}
	for p := range fn.Signature().Params().Variables() {
		if isTime(p.Type()) || apimodel.IsClass(p.Type(), apimodel.Span) {
			return true
		}
	}
	return strings.Contains(fn.Name(), "Timeout") || strings.Contains(fn.Name(), "Deadline")
}
