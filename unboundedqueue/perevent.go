package unboundedqueue

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// servesOne reports whether f, or the function that it is a literal in, is
// given one request, message or connection: what is made there is made for it.
func servesOne(f *ssa.Function) bool {
	for ; f != nil; f = f.Parent() {
		for _, p := range f.Params {
			if r, ok := apimodel.TypeRowOf(p.Type()); ok && (r.Is == apimodel.HandlerParam || r.Is == apimodel.MessageType || r.Is == apimodel.Conn) {
				return true
			}
			if streams.IsRequest(p.Type()) {
				return true
			}
		}
	}
	return false
}

// isOwner reports whether v is the receiver of a method that outlives the
// event, or the variable that holds it.
func (c *checker) isOwner(v ssa.Value) bool {
	if a, ok := v.(*ssa.Alloc); ok {
		return slices.ContainsFunc(stored(a), c.isOwner)
	}
	p, ok := v.(*ssa.Parameter)
	return ok && p.Parent().Signature.Recv() != nil && p == p.Parent().Params[0] && !c.madeForOne(p.Type())
}

// madeForOne reports whether all values of t, or of what t points to, are made
// in functions that serve one event: a handler's state, not its server's. It
// is false for types of which other packages can make values.
func (c *checker) madeForOne(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Exported() {
		return false
	}
	made := c.makers()[n.Origin().Obj()]
	return len(made) > 0 && !slices.ContainsFunc(made, func(f *ssa.Function) bool { return !servesOne(f) })
}

// makers returns the functions that make values of each named type of the
// package.
func (c *checker) makers() map[*types.TypeName][]*ssa.Function {
	if c.makersOf == nil {
		c.makersOf = map[*types.TypeName][]*ssa.Function{}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					a, ok := i.(*ssa.Alloc)
					if !ok {
						continue
					}
					if n, ok := types.Unalias(a.Type().(*types.Pointer).Elem()).(*types.Named); ok {
						c.makersOf[n.Origin().Obj()] = append(c.makersOf[n.Origin().Obj()], f)
					}
				}
			}
		}
	}
	return c.makersOf
}
