package valueflow

import (
	"golang.org/x/tools/go/ssa"
)

// Origins are the places a value may have come from: struct fields
// (*types.Var, shared by all instances), globals, local cells, channels,
// parameters and results of calls. Two values that share an origin may be
// the same semaphore, group or container.
type Origins map[any]bool

// Meets reports whether o and p have a place in common.
func (o Origins) Meets(p Origins) bool {
	if len(o) > len(p) {
		o, p = p, o
	}
	for k := range o {
		if p[k] {
			return true
		}
	}
	return false
}

// Origins returns the places v may have come from. It is never empty for a
// value that is not a constant.
func (x *Index) Origins(v ssa.Value) Origins {
	o, ok := x.origins[v]
	if ok {
		return o
	}
	o = Origins{}
	x.Walk(v, Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.FieldAddr:
			if f := FieldOf(v.X.Type(), v.Field); f != nil {
				o[f] = true
			}
		case *ssa.Field:
			if f := FieldOf(v.X.Type(), v.Field); f != nil {
				o[f] = true
			}
		case *ssa.UnOp:
			if a, ok := place(v.X); ok {
				o[a] = true
			}
		case *ssa.Global, *ssa.Alloc, *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Parameter, *ssa.Call, *ssa.Extract, *ssa.Lookup:
			o[v] = true
		case *ssa.Phi, *ssa.FreeVar:
		}
		return true
	})
	x.origins[v] = o
	return o
}

// place returns the identity of the location at addr.
func place(addr ssa.Value) (any, bool) {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		f := FieldOf(a.X.Type(), a.Field)
		return f, f != nil
	case *ssa.Global, *ssa.Alloc:
		return a, true
	case *ssa.FreeVar:
		// A captured cell is the Alloc it is bound to; the walk does not
		// pass through the load, so find it here.
		for mcs := bindingsOf(a); len(mcs) > 0; mcs = mcs[1:] {
			if p, ok := place(mcs[0]); ok {
				return p, true
			}
		}
		return a, true
	case *ssa.IndexAddr:
		return place2(a.X)
	}
	return nil, false
}

// place2 names the container of an element by the place that holds it.
func place2(v ssa.Value) (any, bool) {
	if u, ok := v.(*ssa.UnOp); ok {
		return place(u.X)
	}
	return place(v)
}

// bindingsOf returns what the captured variable v is bound to where its
// literal is made in the enclosing function.
func bindingsOf(v *ssa.FreeVar) []ssa.Value {
	fn := v.Parent()
	n := -1
	for i, fv := range fn.FreeVars {
		if fv == v {
			n = i
		}
	}
	if n < 0 || fn.Parent() == nil {
		return nil
	}
	var vs []ssa.Value
	for _, b := range fn.Parent().Blocks {
		for _, i := range b.Instrs {
			if mc, ok := i.(*ssa.MakeClosure); ok && mc.Fn == fn && n < len(mc.Bindings) {
				vs = append(vs, mc.Bindings[n])
			}
		}
	}
	return vs
}

// PlaceOf returns the identity of the location at addr, as Origins of what is
// stored there; for other pointers, where the pointer comes from.
func (x *Index) PlaceOf(addr ssa.Value) Origins {
	if p, ok := place(addr); ok {
		return Origins{p: true}
	}
	return x.Origins(addr)
}

// SentOn reports whether some visible code sends on a channel that is one of
// o; closing it does not count.
func (x *Index) SentOn(o Origins) bool { return len(x.Senders(o)) > 0 }

// Senders returns the sends on channels, and the stores into containers,
// that are one of o.
func (x *Index) Senders(o Origins) []ssa.Instruction {
	var is []ssa.Instruction
	for _, e := range x.containersAt(o) {
		is = append(is, e.instr)
	}
	return is
}
