// Package containers answers who puts elements into a container that
// outlives its function, who takes them out, and who asks how many there are.
//
// A container is a slice, map, list, heap or buffer in a struct field, a
// global or a captured variable, or the elements of such a place (the lists of
// a map of lists). Like valueflow it is field-based: all instances of a struct
// share the containers in their fields. Insertions are attributed to the place
// they certainly concern; removals and questions for the length to every place
// they may concern, so that "nobody takes out" and "nobody asks" are claims
// and the opposite is not.
package containers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// A Kind is what a container is.
type Kind uint8

const (
	Slice Kind = iota
	Map
	Opaque // a type of a library: list, sync.Map, buffer
	Bytes  // a slice or buffer of bytes
)

// A Place is where a container lives.
type Place struct {
	// At is the *types.Var of a field, a *ssa.Global or a *ssa.Alloc.
	At any
	// Elem reports that the container is not what lies at the place but an
	// element of it.
	Elem bool
}

// A How says what a removal takes.
type How uint8

const (
	_    How = iota
	Head     // the oldest: q = q[1:]
	Some     // one, or those that meet a condition
	All      // everything, or the container is replaced
)

// An Op is one insertion or removal.
type Op struct {
	Instr ssa.Instruction
	// Base is the container, or the address of its place, in the function
	// of Instr.
	Base ssa.Value
	// Key is the key of a map, nil otherwise; Value what is inserted, nil
	// where that is not one value.
	Key, Value ssa.Value
	How        How
}

// A Container is all that the package does to one place.
type Container struct {
	Place    Place
	Kind     Kind
	Inserts  []Op
	Removals []Op
	// Lengths are the calls that ask how many elements there are.
	Lengths []*ssa.Call
	// Escapes reports that code of another package gets hold of the
	// container itself and may do anything to it.
	Escapes bool
}

// An Index has the containers of one package.
type Index struct {
	Eff *effects.Result
	x   *valueflow.Index
	all []*Container
	at  map[Place]*Container
	// of has the answers of containersOf; nil while one is worked out.
	of map[ssa.Value][]Place
}

// New indexes the package of eff.
func New(eff *effects.Result) *Index {
	x := &Index{Eff: eff, x: eff.Index(), at: map[Place]*Container{}, of: map[ssa.Value][]Place{}}
	for _, f := range x.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				x.note(i)
			}
		}
	}
	return x
}

// All returns the containers in the order in which the package first
// mentions them.
func (x *Index) All() []*Container { return x.all }

// Grows returns the containers that something is inserted into.
func (x *Index) Grows() []*Container {
	var cs []*Container
	for _, c := range x.all {
		if len(c.Inserts) > 0 {
			cs = append(cs, c)
		}
	}
	return cs
}

func (x *Index) container(p Place) *Container {
	c := x.at[p]
	if c == nil {
		c = &Container{Place: p}
		x.at[p] = c
		x.all = append(x.all, c)
	}
	return c
}

func (x *Index) note(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Store:
		switch i.Val.Type().Underlying().(type) {
		case *types.Slice:
			x.noteSlice(i, i.Addr, i.Val)
		case *types.Map, *types.Pointer, *types.Struct:
			x.noteReplaced(i)
		}
	case *ssa.Phi:
		x.noteRenewed(i)
	case *ssa.MapUpdate:
		x.noteMapUpdate(i)
	case ssa.CallInstruction:
		x.noteCall(i)
	}
}

func (x *Index) noteMapUpdate(i *ssa.MapUpdate) {
	for _, p := range x.containersOf(i.Map) {
		c := x.container(p)
		c.Kind = Map
		c.Inserts = append(c.Inserts, Op{Instr: i, Base: i.Map, Key: i.Key, Value: i.Value})
	}
	if _, ok := i.Value.Type().Underlying().(*types.Slice); !ok {
		return
	}
	// m[k] = append(m[k], v)
	for _, p := range x.containersOf(i.Map) {
		if !p.Elem {
			x.noteSliceAt(i, Place{p.At, true}, i.Map, i.Value)
		}
	}
}

// noteReplaced notes that the container at an address is replaced by another,
// unless that is its first value.
func (x *Index) noteReplaced(st *ssa.Store) {
	if x.initial(st) {
		return
	}
	if v, ok := st.Val.(*ssa.UnOp); ok && v.Op == token.MUL && st.Val.Type() == st.Addr.Type() {
		return
	}
	for _, p := range x.placesOf(st.Addr) {
		c := x.container(p)
		c.Removals = append(c.Removals, Op{Instr: st, Base: st.Addr, How: All})
	}
}

// noteRenewed notes that a loop makes a new struct in the place of the one
// before: what was in its containers is gone.
func (x *Index) noteRenewed(phi *ssa.Phi) {
	ptr, ok := phi.Type().Underlying().(*types.Pointer)
	if !ok {
		return
	}
	str, ok := ptr.Elem().Underlying().(*types.Struct)
	if !ok {
		return
	}
	var made *ssa.Alloc
	for _, e := range phi.Edges {
		switch e := e.(type) {
		case *ssa.Alloc:
			made = e
		case *ssa.Phi, *ssa.Const:
		default:
			return // found, or else made: it is kept somewhere
		}
	}
	if made == nil || !repeats(phi.Block()) {
		return
	}
	for f := range str.NumFields() {
		c := x.container(Place{At: valueflow.FieldOf(phi.Type(), f)})
		c.Removals = append(c.Removals, Op{Instr: made, Base: made, How: All})
	}
}

// repeats reports whether b is in a loop.
func repeats(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(x *ssa.BasicBlock) bool
	walk = func(x *ssa.BasicBlock) bool {
		for _, s := range x.Succs {
			if s == b {
				return true
			}
			if !seen[s] {
				seen[s] = true
				if walk(s) {
					return true
				}
			}
		}
		return false
	}
	return walk(b)
}

// initial reports whether st gives a place its first value: the struct was
// made in the same function, the variable is declared here, or the place was
// empty just before.
func (x *Index) initial(st *ssa.Store) bool {
	root := st.Addr
	for {
		fa, ok := root.(*ssa.FieldAddr)
		if !ok {
			break
		}
		root = fa.X
	}
	if a, ok := root.(*ssa.Alloc); ok {
		return a != st.Addr || a.Block() == st.Block()
	}
	if _, ok := root.(*ssa.Global); ok && st.Parent().Name() == "init" {
		return true
	}
	return emptyBefore(st)
}

// emptyBefore reports whether st is only executed after a test that found the
// place nil, or a flag that it is not set up: if s.m == nil { s.m = make(...) }.
func emptyBefore(st *ssa.Store) bool {
	for b := st.Block().Idom(); b != nil; b = b.Idom() {
		br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
			continue
		}
		if k, ok := cmp.Y.(*ssa.Const); !ok || k.Value != nil {
			continue
		}
		if sameLoad(cmp.X, st.Addr) {
			return true
		}
	}
	return false
}

// sameLoad reports whether v is loaded from what addr addresses, by field.
func sameLoad(v, addr ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return false
	}
	return sameAddr(u.X, addr)
}

func sameAddr(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	fa, ok := a.(*ssa.FieldAddr)
	fb, ok2 := b.(*ssa.FieldAddr)
	if ok && ok2 {
		f := valueflow.FieldOf(fa.X.Type(), fa.Field)
		return f != nil && f == valueflow.FieldOf(fb.X.Type(), fb.Field)
	}
	ia, ok := a.(*ssa.IndexAddr)
	ib, ok2 := b.(*ssa.IndexAddr)
	return ok && ok2 && sameElem(ia.X, ib.X)
}

func sameElem(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	ua, ok := a.(*ssa.UnOp)
	ub, ok2 := b.(*ssa.UnOp)
	return ok && ok2 && sameAddr(ua.X, ub.X)
}
