package unboundedqueue

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// maxSteps bounds how far a container is followed to the value it hangs off.
const maxSteps = 24

// outlives reports whether what v refers to in frame n of d's chain was there
// before the event and is there after it: reached from a receiver, a global or
// a variable outside the loop. Unknown is false.
func (c *checker) outlives(v ssa.Value, d *loops.Driver, n int) bool {
	return c.lives(v, d, n, map[ssa.Value]bool{}, 0)
}

func (c *checker) lives(v ssa.Value, d *loops.Driver, n int, seen map[ssa.Value]bool, depth int) bool {
	if depth > maxSteps || seen[v] {
		return false
	}
	seen[v] = true
	next := func(v ssa.Value) bool { return c.lives(v, d, n, seen, depth+1) }
	if x := holder(v); x != nil {
		return next(x)
	}
	switch v := v.(type) {
	case *ssa.Global:
		return true
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return false // an element received
		}
		if a, ok := v.X.(*ssa.Alloc); ok {
			return c.cellLives(a, d, n, seen, depth)
		}
		return next(v.X)
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		return n == len(d.Chain)-1 && d.Loop != nil && v.Parent() == d.Top().Fn && !d.Loop.Contains(v.(ssa.Instruction).Block())
	case *ssa.Phi:
		for _, e := range v.Edges {
			if next(e) {
				return true
			}
		}
	case *ssa.Parameter:
		return c.parameterLives(v, d, n, seen, depth)
	case *ssa.FreeVar:
		return c.capturedLives(v, d, n, seen, depth)
	case *ssa.Call:
		return c.resultLives(v, 0, d, n, seen, depth)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.resultLives(call, v.Index, d, n, seen, depth)
		}
	}
	return false
}

// holder returns the value that v is a part of, nil for none.
func holder(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return v.X
	case *ssa.Field:
		return v.X
	case *ssa.IndexAddr:
		return v.X
	case *ssa.Index:
		return v.X
	case *ssa.Lookup:
		return v.X
	case *ssa.Slice:
		return v.X
	case *ssa.TypeAssert:
		return v.X
	case *ssa.MakeInterface:
		return v.X
	case *ssa.ChangeInterface:
		return v.X
	case *ssa.ChangeType:
		return v.X
	case *ssa.Convert:
		return v.X
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Lookup:
			return t.X
		case *ssa.TypeAssert:
			return t.X
		case *ssa.Next:
			if r, ok := t.Iter.(*ssa.Range); ok {
				return r.X
			}
		}
	}
	return nil
}

// cellLives follows a local variable to what is stored in it.
func (c *checker) cellLives(a *ssa.Alloc, d *loops.Driver, n int, seen map[ssa.Value]bool, depth int) bool {
	if c.lives(a, d, n, seen, depth+1) {
		return true
	}
	for _, v := range stored(a) {
		if c.lives(v, d, n, seen, depth+1) {
			return true
		}
	}
	return false
}

func (c *checker) parameterLives(p *ssa.Parameter, d *loops.Driver, n int, seen map[ssa.Value]bool, depth int) bool {
	if r, ok := apimodel.TypeRowOf(p.Type()); ok && (r.Is == apimodel.HandlerParam || r.Is == apimodel.ContextType || r.Is == apimodel.MessageType) {
		return false
	}
	index := -1
	for i, q := range p.Parent().Params {
		if p == q {
			index = i
		}
	}
	method := p.Parent().Signature.Recv() != nil
	if n == len(d.Chain)-1 {
		return d.Loop != nil || method && index == 0 && !c.madeForOne(p.Type())
	}
	call, ok := d.Chain[n+1].Site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	var a ssa.Value
	if method && index == 0 {
		a = valueflow.Recv(call)
	} else {
		if method {
			index--
		}
		a = valueflow.Arg(call, index)
	}
	return a != nil && c.lives(a, d, n+1, seen, depth+1)
}

// capturedLives follows a captured variable to where its literal is made:
// before the event, unless that is in the chain too.
func (c *checker) capturedLives(v *ssa.FreeVar, d *loops.Driver, n int, seen map[ssa.Value]bool, depth int) bool {
	at := -1
	for i, fv := range v.Parent().FreeVars {
		if fv == v {
			at = i
		}
	}
	for _, mc := range c.x.Closures(v.Parent()) {
		for m := n + 1; m < len(d.Chain); m++ {
			if d.Chain[m].Fn != mc.Parent() {
				continue
			}
			b := mc.Bindings[at]
			if a, ok := b.(*ssa.Alloc); ok {
				return c.cellLives(a, d, m, seen, depth)
			}
			return c.lives(b, d, m, seen, depth+1)
		}
		if servesOne(mc.Parent()) {
			return c.isOwner(mc.Bindings[at]) // the literal is made for the event
		}
		if a, ok := mc.Bindings[at].(*ssa.Alloc); ok && isContainer(a.Type().(*types.Pointer).Elem()) {
			// A variable of a function that is not on the way: it lives on
			// where the literal is what is driven, a goroutine or handler, and
			// dies with the call where others call the literal.
			return n == len(d.Chain)-1 && !strings.HasPrefix(v.Parent().Synthetic, "range-over-func")
		}
	}
	return true
}

func isContainer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return true
	}
	return false
}

// perEvent reports whether v, in frame n, is new with each event: received,
// passed by the caller of the handler, allocated or computed on the way.
// Unknown is false.
func (c *checker) perEvent(v ssa.Value, d *loops.Driver, n, depth int) bool {
	if depth > maxSteps || v == nil {
		return false
	}
	next := func(v ssa.Value) bool { return c.perEvent(v, d, n, depth+1) }
	if d.Event != nil && d.Event.Value != nil {
		if v == d.Event.Value {
			return true
		}
		if e, ok := v.(*ssa.Extract); ok && e.Tuple == d.Event.Value {
			return true
		}
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		return !c.lives(v, d, n, map[ssa.Value]bool{}, 0)
	case *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeClosure:
		return true
	case *ssa.UnOp:
		if v.Op == token.ARROW {
			return true
		}
		if a, ok := v.X.(*ssa.Alloc); ok {
			return slices.ContainsFunc(stored(a), next) || next(a)
		}
		if v.Op == token.MUL {
			return next(v.X)
		}
	case *ssa.BinOp:
		return next(v.X) || next(v.Y)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if _, again := e.(*ssa.Phi); !again && next(e) {
				return true
			}
		}
	case *ssa.Call:
		if _, ok := v.Call.Value.(*ssa.Builtin); ok {
			for _, a := range v.Call.Args {
				if next(a) {
					return true
				}
			}
			return false
		}
		return c.madeBy(v, d, n, depth)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.madeBy(call, d, n, depth)
		}
		if x := holder(v); x != nil {
			return next(x)
		}
	case *ssa.Parameter:
		return c.parameterPerEvent(v, d, n, depth)
	default:
		if x := holder(v); x != nil {
			return next(x)
		}
	}
	return false
}

// madeBy reports whether the call makes something new of what is per event.
func (c *checker) madeBy(call *ssa.Call, d *loops.Driver, n, depth int) bool {
	fs := c.x.StaticBodies(call)
	if len(fs) == 0 {
		fn := valueflow.Callee(call)
		return fn != nil && !reused(fn) // a library made it just now
	}
	for _, f := range fs {
		for _, b := range f.Blocks {
			r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok || len(r.Results) == 0 {
				continue
			}
			if a, ok := r.Results[0].(*ssa.Alloc); ok && a.Heap {
				return true
			}
		}
	}
	for _, a := range call.Call.Args {
		if c.perEvent(a, d, n, depth+1) {
			return true
		}
	}
	return false
}

// reused reports whether fn returns what somebody gave back: a free list.
func reused(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && (fn.Name() == "Get" || fn.Name() == "Load")
}

func (c *checker) parameterPerEvent(p *ssa.Parameter, d *loops.Driver, n, depth int) bool {
	index := -1
	for i, q := range p.Parent().Params {
		if p == q {
			index = i
		}
	}
	method := p.Parent().Signature.Recv() != nil
	if n == len(d.Chain)-1 {
		return d.Loop == nil && !(method && index == 0)
	}
	call, ok := d.Chain[n+1].Site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	if method {
		index--
	}
	a := valueflow.Arg(call, index)
	return a != nil && c.perEvent(a, d, n+1, depth+1)
}
