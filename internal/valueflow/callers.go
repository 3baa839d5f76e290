package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A Registration is a function value handed to a function of another package
// (or to an interface method), which may call it later.
type Registration struct {
	Call ssa.CallInstruction
	Arg  int // parameter index, the receiver not counted
}

// dynIndex is what resolving function values and interfaces adds.
type dynIndex struct {
	callees    map[ssa.CallInstruction][]*ssa.Function
	open       map[ssa.CallInstruction]bool
	callers    map[*ssa.Function][]ssa.CallInstruction
	registered map[*ssa.Function][]Registration
	stored     map[*ssa.Function][]*ssa.FieldAddr
}

// Callees returns the functions of this package that call may invoke.
// open reports that there may be others: the callee is an interface or
// function value with sources that are not visible.
func (x *Index) Callees(call ssa.CallInstruction) (fs []*ssa.Function, open bool) {
	if fs := x.callees(call); fs != nil {
		return fs, false
	}
	d := x.dyn()
	if fs, ok := d.callees[call]; ok {
		return fs, d.open[call]
	}
	return nil, true
}

// StaticBodies returns the function of this package that call certainly
// invokes, as a list of one, or none.
func (x *Index) StaticBodies(call ssa.CallInstruction) []*ssa.Function { return x.callees(call) }

// HasBody reports whether call certainly invokes a function of this package.
func (x *Index) HasBody(call ssa.CallInstruction) bool { return len(x.callees(call)) > 0 }

// Callers returns the calls in this package that may invoke f, static ones
// first. Calls from other packages are not among them.
func (x *Index) Callers(f *ssa.Function) []ssa.CallInstruction {
	cs := x.static[f]
	return append(cs[:len(cs):len(cs)], x.dyn().callers[f]...)
}

// StaticCallers returns the calls in this package that certainly invoke f.
func (x *Index) StaticCallers(f *ssa.Function) []ssa.CallInstruction { return x.static[f] }

// Registrations returns the calls that hand f to code of other packages.
func (x *Index) Registrations(f *ssa.Function) []Registration { return x.dyn().registered[f] }

// resolveDynamic resolves twice: the second time, parameters of functions
// that are themselves called dynamically (the yield of an iterator, a
// handler's continuation) have the arguments that the first time found.
func (x *Index) resolveDynamic() *dynIndex {
	x.dynArgs = x.resolveOnce().callers
	x.origins, x.byPlace, x.memo = map[ssa.Value]Origins{}, nil, map[memoKey]any{}
	return x.resolveOnce()
}

func (x *Index) resolveOnce() *dynIndex {
	d := &dynIndex{
		callees:    map[ssa.CallInstruction][]*ssa.Function{},
		open:       map[ssa.CallInstruction]bool{},
		callers:    map[*ssa.Function][]ssa.CallInstruction{},
		registered: map[*ssa.Function][]Registration{},
		stored:     map[*ssa.Function][]*ssa.FieldAddr{},
	}
	for _, st := range x.funcStores {
		fs, _ := x.Functions(st.Val)
		for _, f := range fs {
			d.stored[f] = append(d.stored[f], st.Addr.(*ssa.FieldAddr))
		}
	}
	for _, c := range x.dynamic {
		fs, open := x.targets(c)
		d.callees[c], d.open[c] = fs, open
		for _, f := range fs {
			d.callers[f] = append(d.callers[f], c)
		}
	}
	for _, c := range x.external {
		for n, a := range Args(c) {
			if _, ok := a.Type().Underlying().(*types.Signature); !ok {
				continue
			}
			fs, _ := x.Functions(a)
			for _, f := range fs {
				d.registered[f] = append(d.registered[f], Registration{c, n})
			}
		}
	}
	return d
}

// targets resolves a call through a function value or an interface.
func (x *Index) targets(c ssa.CallInstruction) (fs []*ssa.Function, open bool) {
	common := c.Common()
	if !common.IsInvoke() {
		return x.Functions(common.Value)
	}
	complete := x.Walk(common.Value, Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.MakeInterface:
			if types.IsInterface(v.X.Type()) {
				return true
			}
			if f := x.method(v.X.Type(), common.Method); f != nil {
				fs = append(fs, f)
			} else {
				open = true // a type of another package
			}
			return false
		case *ssa.Parameter:
			open = open || x.openParameter(v)
		case *ssa.Call, *ssa.Extract, *ssa.Lookup:
			open = true
		case *ssa.UnOp:
			open = open || x.openPlace(v.X)
		}
		return true
	})
	return unique(fs), open || !complete || len(fs) == 0
}

// method returns the body of the method that t has for the interface method
// m, nil where it is not declared in this package.
func (x *Index) method(t types.Type, m *types.Func) *ssa.Function {
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() != x.Pkg.Pkg {
		return nil
	}
	f := x.Pkg.Prog.FuncValue(fn.Origin())
	if f == nil || f.Blocks == nil {
		return nil
	}
	return f
}

// Functions returns the functions of this package that the function value v
// may be. open reports that there may be others.
func (x *Index) Functions(v ssa.Value) (fs []*ssa.Function, open bool) {
	complete := x.Walk(v, Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.MakeClosure:
			fs = append(fs, Unwrap(v.Fn.(*ssa.Function)))
			return false
		case *ssa.Function:
			fs = append(fs, Unwrap(v))
		case *ssa.Parameter:
			open = open || x.openParameter(v)
		case *ssa.Call, *ssa.Lookup:
			open = true
		case *ssa.UnOp:
			open = open || x.openPlace(v.X)
		}
		return true
	})
	own := fs[:0]
	for _, f := range fs {
		if f != nil && f.Blocks != nil && f.Pkg == x.Pkg {
			own = append(own, f)
		} else {
			open = true
		}
	}
	return unique(own), open || !complete || len(own) == 0
}

// openParameter reports whether callers outside the package may pass p.
func (x *Index) openParameter(p *ssa.Parameter) bool {
	f := p.Parent()
	if len(x.static[f]) == 0 {
		return true
	}
	obj := f.Object()
	return obj != nil && obj.Exported()
}

// openPlace reports whether code outside the package may store at addr.
func (x *Index) openPlace(addr ssa.Value) bool {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		f := FieldOf(a.X.Type(), a.Field)
		return f == nil || f.Exported()
	case *ssa.Global:
		return a.Pkg != x.Pkg || a.Object() != nil && a.Object().Exported()
	}
	return false
}

func unique(fs []*ssa.Function) []*ssa.Function {
	seen := map[*ssa.Function]bool{}
	out := fs[:0]
	for _, f := range fs {
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out
}

// StoredIn returns the struct fields that f is stored in.
func (x *Index) StoredIn(f *ssa.Function) []*ssa.FieldAddr { return x.dyn().stored[f] }

// Closures returns where function literal f is made.
func (x *Index) Closures(f *ssa.Function) []*ssa.MakeClosure { return x.bindings[f] }

// CallsLike returns the calls through function values of f's type. They may
// invoke f where f has left the package.
func (x *Index) CallsLike(f *ssa.Function) (cs []ssa.CallInstruction) {
	for _, c := range x.dynamic {
		if !c.Common().IsInvoke() && types.Identical(c.Common().Value.Type().Underlying(), f.Signature) {
			cs = append(cs, c)
		}
	}
	return cs
}
