package containers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// grows reports whether the library function of c returns its argument with
// something inserted.
func grows(c *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(c), apimodel.Insert)
	return ok
}

func (x *Index) noteCall(call ssa.CallInstruction) {
	if b, ok := call.Common().Value.(*ssa.Builtin); ok {
		x.noteBuiltin(call, b)
		return
	}
	fn := valueflow.Callee(call)
	known := false
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.Insert:
			known = true
			x.noteInsert(call, row)
		case apimodel.Remove:
			known = true
			x.noteRemove(call, row)
		case apimodel.Derive, apimodel.NoBlock:
			known = true // computes something of it
		}
	}
	if fn != nil && IsLength(fn.Name()) {
		x.noteLength(call)
	}
	if !known {
		x.noteEscape(call, fn)
	}
}

// IsLength reports whether a method of the name tells how many elements there
// are.
func IsLength(name string) bool {
	switch name {
	case "Len", "Length", "Size", "Count", "Cap", "Available", "Buffered", "BufLen":
		return true
	}
	return false
}

func (x *Index) noteBuiltin(call ssa.CallInstruction, b *ssa.Builtin) {
	args := call.Common().Args
	switch b.Name() {
	case "delete":
		for _, p := range x.allContainersOf(args[0]) {
			c := x.container(p)
			c.Removals = append(c.Removals, Op{Instr: call, Base: args[0], Key: args[1], How: Some})
			// What was an element of the map goes with it.
			if !p.Elem {
				e := x.container(Place{p.At, true})
				e.Removals = append(e.Removals, Op{Instr: call, Base: args[0], Key: args[1], How: All})
			}
		}
	case "clear":
		for _, p := range x.allContainersOf(args[0]) {
			c := x.container(p)
			c.Removals = append(c.Removals, Op{Instr: call, Base: args[0], How: All})
		}
	case "len":
		if c, ok := call.(*ssa.Call); ok {
			for _, p := range x.allContainersOf(args[0]) {
				x.container(p).Lengths = append(x.container(p).Lengths, c)
			}
		}
	}
}

// allContainersOf returns every place that v may be loaded from: its own, or
// those that flow into it.
func (x *Index) allContainersOf(v ssa.Value) []Place {
	ps := x.containersOf(v)
	for k := range x.x.Origins(v) {
		switch k := k.(type) {
		case *types.Var, *ssa.Global:
			if p := (Place{At: k}); !has(ps, p) && !has(ps, Place{k, true}) {
				ps = append(ps, p)
			}
		}
	}
	return ps
}

// subject returns the container that a row is about.
func subject(call ssa.CallInstruction, row apimodel.Row) ssa.Value {
	if row.Arg == apimodel.Recv {
		return valueflow.Recv(call)
	}
	return valueflow.Arg(call, row.Arg)
}

func (x *Index) noteInsert(call ssa.CallInstruction, row apimodel.Row) {
	base := subject(call, row)
	if base == nil {
		return
	}
	if _, ok := base.Type().Underlying().(*types.Slice); ok {
		return // the result is stored; noteSlice sees that
	}
	op := Op{Instr: call, Base: base}
	args := valueflow.Args(call)
	switch {
	case len(args) == 0:
	case isKeyed(row):
		op.Key = args[0]
		op.Value = args[len(args)-1]
	default:
		op.Value = args[len(args)-1]
	}
	for _, p := range x.containersOf(base) {
		c := x.container(p)
		switch {
		case op.Key != nil:
			c.Kind = Map
		case bytesOf(base.Type()):
			c.Kind = Bytes
		default:
			c.Kind = Opaque
		}
		c.Inserts = append(c.Inserts, op)
	}
}

// isKeyed reports whether the insertion is under a key, its first argument.
func isKeyed(row apimodel.Row) bool { return row.Unit == apimodel.Keyed }

// bytesOf reports whether t is a buffer: it has bytes and is written to.
func bytesOf(t types.Type) bool {
	ms := types.NewMethodSet(types.Unalias(t))
	_, ptr := t.Underlying().(*types.Pointer)
	if !ptr {
		ms = types.NewMethodSet(types.NewPointer(t))
	}
	return ms.Lookup(nil, "WriteByte") != nil
}

func (x *Index) noteRemove(call ssa.CallInstruction, row apimodel.Row) {
	base := subject(call, row)
	if base == nil {
		return
	}
	for _, p := range x.allContainersOf(base) {
		c := x.container(p)
		op := Op{Instr: call, Base: base, How: Some}
		if row.Unit == apimodel.Head {
			op.How = Head
		}
		if row.Unit == apimodel.Whole {
			op.How = All
		}
		c.Removals = append(c.Removals, op)
	}
}

func (x *Index) noteLength(call ssa.CallInstruction) {
	c, ok := call.(*ssa.Call)
	recv := valueflow.Recv(call)
	if !ok || recv == nil {
		return
	}
	for _, p := range x.containersOf(recv) {
		x.container(p).Lengths = append(x.container(p).Lengths, c)
	}
}

// noteEscape notes containers that a function of another package gets by
// reference: maps, pointers to slices and lists.
func (x *Index) noteEscape(call ssa.CallInstruction, fn *types.Func) {
	if x.x.HasBody(call) {
		return // its instructions are seen themselves
	}
	if fn != nil && fn.Pkg() != nil && readsOnly(fn) {
		return
	}
	for _, a := range call.Common().Args {
		if mi, ok := a.(*ssa.MakeInterface); ok {
			a = mi.X
		}
		switch t := a.Type().Underlying().(type) {
		case *types.Map:
		case *types.Pointer:
			switch t.Elem().Underlying().(type) {
			case *types.Map, *types.Slice:
			default:
				continue
			}
		default:
			continue
		}
		for _, p := range x.containersOf(a) {
			x.container(p).Escapes = true
		}
	}
}

// readsOnly reports whether fn looks at the containers it gets and leaves
// them as they are.
func readsOnly(fn *types.Func) bool {
	if _, fills := apimodel.Find(fn, apimodel.Unmarshal); fills {
		return false
	}
	return apimodel.KeepsArguments(fn.Pkg().Path())
}
