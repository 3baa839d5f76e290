package unboundedqueue

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// libraryCall reports queues and channels of libraries that have no limit,
// and that nobody in the package asks how long they are.
func (c *checker) libraryCall(call *ssa.Call) {
	fn := valueflow.Callee(call)
	row, ok := apimodel.Find(fn, apimodel.Unbounded)
	if !ok {
		return
	}
	if row.Arg != apimodel.Recv { // unlimited for some arguments only
		n, isConst := valueflow.Int(valueflow.Arg(call, row.Arg))
		if !isConst || !slices.Contains(row.Unlimited, n) {
			return
		}
	}
	if c.asksLength(call.Type()) {
		return
	}
	c.add(verdict{kind: library, instr: call,
		message: fmt.Sprintf("%s.%s makes a queue without a limit: its producers never wait, nothing bounds it", fn.Pkg().Name(), fn.Name())})
}

// asksLength reports whether the package compares the length of any queue of
// the type t with anything but nought.
func (c *checker) asksLength(t types.Type) bool {
	of := named(t)
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(*ssa.Call)
				if !ok {
					continue
				}
				fn, recv := valueflow.Callee(call), valueflow.Recv(call)
				if fn != nil && recv != nil && of != nil && named(recv.Type()) == of && containers.IsLength(fn.Name()) && measures(call) {
					return true
				}
			}
		}
	}
	return false
}

// measures reports whether the number v goes anywhere but into a comparison
// with nought.
func measures(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		if _, debug := r.(*ssa.DebugRef); debug {
			continue
		}
		cmp, ok := r.(*ssa.BinOp)
		if !ok || cmp.Op == token.ADD || cmp.Op == token.SUB {
			return true
		}
		other := cmp.Y
		if other == v {
			other = cmp.X
		}
		if n, ok := valueflow.Int(other); !ok || n > 0 {
			return true
		}
	}
	return false
}

// named returns the name that t, or what it points to, was declared under.
func named(t types.Type) *types.TypeName {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}
