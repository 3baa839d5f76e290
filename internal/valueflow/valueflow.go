// Package valueflow answers where a channel, semaphore, connection, count or
// function value comes from, within one package.
//
// It is a may-analysis, field-based (all instances of a struct share their
// fields), flow- and context-insensitive: values go backwards through phis,
// conversions, cells, captured variables, fields, globals, elements, channel
// sends, parameters of functions whose callers are visible, and results of
// functions whose bodies are. What lies in other packages is a leaf.
// A walk is cut off after maxNodes values; whoever needs all sources asks
// whether the walk was complete.
package valueflow

import (
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// maxNodes bounds one walk. The longest walk that decided a verdict in the
// labelled corpus visited a few dozen values.
const maxNodes = 600

// An Index holds who stores, sends, passes and calls what in one package.
type Index struct {
	Pkg   *ssa.Package
	Funcs []*ssa.Function

	fieldStores  map[*types.Var][]ssa.Value
	globalStores map[*ssa.Global][]ssa.Value
	funcStores   []*ssa.Store // of functions, into fields
	elems        []elem
	keys         []elem // of maps
	bindings     map[*ssa.Function][]*ssa.MakeClosure
	ranges       map[*ssa.Function]ssa.CallInstruction // m.Range, by the literal it calls
	tables       map[*types.TypeName]bool              // with what addTable knows
	static       map[*ssa.Function][]ssa.CallInstruction
	dynamic      []ssa.CallInstruction
	external     []ssa.CallInstruction // calls that leave the package

	origins map[ssa.Value]Origins
	dynArgs map[*ssa.Function][]ssa.CallInstruction // dynamic callers, for parameters
	dyn     func() *dynIndex
	byPlace map[any][]int // elems by the places their containers may be
	memo    map[memoKey]any
}

// An elem is one value put into a container: stored at an index, set in a
// map, appended, or sent on a channel.
type elem struct {
	container ssa.Value
	value     ssa.Value
	instr     ssa.Instruction
}

// New indexes the functions of a package.
func New(pkg *ssa.Package, funcs []*ssa.Function) *Index {
	x := &Index{
		Pkg: pkg, Funcs: funcs,
		fieldStores:  map[*types.Var][]ssa.Value{},
		globalStores: map[*ssa.Global][]ssa.Value{},
		bindings:     map[*ssa.Function][]*ssa.MakeClosure{},
		ranges:       map[*ssa.Function]ssa.CallInstruction{},
		tables:       map[*types.TypeName]bool{},
		static:       map[*ssa.Function][]ssa.CallInstruction{},
		origins:      map[ssa.Value]Origins{},
		memo:         map[memoKey]any{},
	}
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				x.add(i)
			}
		}
	}
	x.dyn = sync.OnceValue(x.resolveDynamic)
	return x
}

func (x *Index) add(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Store:
		switch a := i.Addr.(type) {
		case *ssa.FieldAddr:
			f := FieldOf(a.X.Type(), a.Field)
			x.fieldStores[f] = append(x.fieldStores[f], i.Val)
			if _, ok := i.Val.Type().Underlying().(*types.Signature); ok {
				x.funcStores = append(x.funcStores, i)
			}
		case *ssa.Global:
			x.globalStores[a] = append(x.globalStores[a], i.Val)
		case *ssa.IndexAddr:
			x.elems = append(x.elems, elem{a.X, i.Val, i})
		}
	case *ssa.MapUpdate:
		x.elems = append(x.elems, elem{i.Map, i.Value, i})
		x.keys = append(x.keys, elem{i.Map, i.Key, i})
	case *ssa.Send:
		x.elems = append(x.elems, elem{i.Chan, i.X, i})
	case *ssa.Select:
		for _, s := range i.States {
			if s.Dir == types.SendOnly {
				x.elems = append(x.elems, elem{s.Chan, s.Send, i})
			}
		}
	case *ssa.MakeClosure:
		fn := i.Fn.(*ssa.Function)
		x.bindings[fn] = append(x.bindings[fn], i)
	}
	call, ok := i.(ssa.CallInstruction)
	if !ok {
		return
	}
	switch f := StaticCallee(call); {
	case f != nil && f.Blocks != nil && f.Pkg == x.Pkg:
		x.static[f] = append(x.static[f], call)
	case f != nil:
		x.external = append(x.external, call)
		x.addTable(call)
	case isBuiltin(call):
	default:
		x.dynamic = append(x.dynamic, call)
		if call.Common().IsInvoke() {
			x.external = append(x.external, call)
		}
	}
}

func isBuiltin(call ssa.CallInstruction) bool {
	_, ok := call.Common().Value.(*ssa.Builtin)
	return ok
}

// StaticCallee returns the function that call certainly calls, the generic
// one for an instance and the method for a method value; nil where the
// callee is dynamic.
func StaticCallee(call ssa.CallInstruction) *ssa.Function {
	return Unwrap(call.Common().StaticCallee())
}

// Unwrap returns the declared function behind an instance, a bound method
// value or a method expression, and f itself for any other. Nil stays nil.
func Unwrap(f *ssa.Function) *ssa.Function {
	if f == nil {
		return nil
	}
	if o := f.Origin(); o != nil {
		f = o
	}
	if f.Synthetic != "" && f.Parent() == nil {
		if m, ok := f.Object().(*types.Func); ok {
			if d := f.Prog.FuncValue(m.Origin()); d != nil {
				return d
			}
		}
	}
	return f
}

// Callee returns the types object that call certainly invokes: a function, a
// concrete method or an interface method; nil for function values.
func Callee(call ssa.CallInstruction) *types.Func {
	c := call.Common()
	if c.IsInvoke() {
		return c.Method
	}
	if f := StaticCallee(call); f != nil {
		if o, ok := f.Object().(*types.Func); ok {
			return o
		}
	}
	return nil
}

// Args returns the arguments of call without the receiver.
func Args(call ssa.CallInstruction) []ssa.Value {
	c := call.Common()
	if !c.IsInvoke() && c.Signature().Recv() != nil {
		return c.Args[1:]
	}
	return c.Args
}

// Arg returns the n-th argument of call (the receiver does not count), the
// receiver for -1, nil where there is none. Calls of bound method values
// have no receiver among their arguments.
func Arg(call ssa.CallInstruction, n int) ssa.Value {
	if n < 0 {
		return Recv(call)
	}
	if args := Args(call); n < len(args) {
		return args[n]
	}
	return nil
}

// Recv returns the receiver of a method call, nil for function calls.
func Recv(call ssa.CallInstruction) ssa.Value {
	c := call.Common()
	if c.IsInvoke() {
		return c.Value
	}
	if c.Signature().Recv() != nil && len(c.Args) > 0 {
		return c.Args[0]
	}
	if mc, ok := c.Value.(*ssa.MakeClosure); ok && len(mc.Bindings) == 1 && mc.Fn.(*ssa.Function).Synthetic != "" {
		return mc.Bindings[0] // go x.m() through a method value
	}
	return nil
}

// FieldOf returns the n-th field of the struct t or of what t points to; for
// an instance of a generic struct it returns the field of the generic one,
// so that all instances share it.
func FieldOf(t types.Type, n int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok && n < s.NumFields() {
		return s.Field(n).Origin()
	}
	return nil
}

// IsRecv reports whether v is a receive from a channel.
func IsRecv(v ssa.Value) (*ssa.UnOp, bool) {
	u, ok := v.(*ssa.UnOp)
	return u, ok && u.Op == token.ARROW
}
