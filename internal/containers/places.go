package containers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// placesOf returns the places that addr may be the address of. Where it is a
// field, global or variable of its own, there is exactly one.
func (x *Index) placesOf(addr ssa.Value) []Place {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		if f := valueflow.FieldOf(a.X.Type(), a.Field); f != nil {
			return []Place{{At: f}}
		}
		return nil
	case *ssa.Global, *ssa.Alloc:
		return []Place{{At: a}}
	case *ssa.IndexAddr:
		return elems(x.containersOf(a.X))
	}
	var ps []Place
	seen := map[any]bool{}
	x.x.Walk(addr, valueflow.Options{}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.FieldAddr, *ssa.Global, *ssa.Alloc, *ssa.IndexAddr:
			for _, p := range x.placesOf(v) {
				if !seen[p] {
					seen[p] = true
					ps = append(ps, p)
				}
			}
			return false
		case *ssa.UnOp: // a pointer to the container, kept in a field
			if v.Op != token.MUL {
				return false
			}
			if fa, ok := v.X.(*ssa.FieldAddr); ok && isContainerPointer(v.Type()) {
				for _, p := range x.placesOf(fa) {
					if !seen[p] {
						seen[p] = true
						ps = append(ps, p)
					}
				}
				return false
			}
		}
		return true
	})
	return ps
}

func isContainerPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// containersOf returns the places of the container that the value v is: what
// it is loaded from.
func (x *Index) containersOf(v ssa.Value) []Place {
	ps, ok := x.of[v]
	if !ok {
		x.of[v] = nil // what depends on itself adds nothing
		ps = x.findContainers(v)
		x.of[v] = ps
	}
	return ps
}

func (x *Index) findContainers(v ssa.Value) []Place {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return x.placesOf(v.X)
		}
	case *ssa.Field:
		if f := valueflow.FieldOf(v.X.Type(), v.Field); f != nil {
			return []Place{{At: f}}
		}
	case *ssa.Lookup:
		return elems(x.containersOf(v.X))
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok && v.Index == 0 {
			return elems(x.containersOf(l.X))
		}
		if n, ok := v.Tuple.(*ssa.Next); ok && v.Index == 2 {
			if r, ok := n.Iter.(*ssa.Range); ok {
				return elems(x.containersOf(r.X))
			}
		}
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return x.returned(c, v.Index)
		}
	case *ssa.Call:
		return x.returned(v, 0)
	case *ssa.Slice:
		if _, ok := v.X.Type().Underlying().(*types.Pointer); ok {
			return x.placesOf(v.X)
		}
		return x.containersOf(v.X)
	case *ssa.ChangeType:
		return x.containersOf(v.X)
	case *ssa.MakeInterface:
		return x.containersOf(v.X)
	case *ssa.TypeAssert:
		return x.containersOf(v.X)
	case *ssa.Phi:
		var ps []Place
		for _, e := range v.Edges {
			for _, p := range x.containersOf(e) {
				if !has(ps, p) {
					ps = append(ps, p)
				}
			}
		}
		return ps
	case *ssa.Parameter:
		var ps []Place
		for _, c := range x.x.StaticCallers(v.Parent()) {
			if a := argOf(c, v); a != nil {
				for _, p := range x.containersOf(a) {
					if !has(ps, p) {
						ps = append(ps, p)
					}
				}
			}
		}
		return ps
	case *ssa.FieldAddr, *ssa.Global, *ssa.Alloc, *ssa.FreeVar, *ssa.IndexAddr:
		return x.placesOf(v)
	}
	return nil
}

// returned returns the places of the container that the call returns.
func (x *Index) returned(c *ssa.Call, n int) []Place {
	var ps []Place
	for _, f := range x.x.StaticBodies(c) {
		for _, b := range f.Blocks {
			r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok || n >= len(r.Results) {
				continue
			}
			for _, p := range x.containersOf(r.Results[n]) {
				if !has(ps, p) {
					ps = append(ps, p)
				}
			}
		}
	}
	return ps
}

// argOf returns what call passes for parameter p.
func argOf(call ssa.CallInstruction, p *ssa.Parameter) ssa.Value {
	args := call.Common().Args
	for n, q := range p.Parent().Params {
		if q == p && n < len(args) && len(args) == len(p.Parent().Params) {
			return args[n]
		}
	}
	return nil
}

func elems(ps []Place) []Place {
	var es []Place
	for _, p := range ps {
		if e := (Place{p.At, true}); !has(es, e) {
			es = append(es, e)
		}
	}
	return es
}

func has(ps []Place, p Place) bool {
	for _, q := range ps {
		if q == p {
			return true
		}
	}
	return false
}

// PlacesOf returns the places of the container that v is, or is loaded from.
func (x *Index) PlacesOf(v ssa.Value) []Place { return x.containersOf(v) }
