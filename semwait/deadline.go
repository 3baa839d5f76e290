package semwait

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

const maxDeadlineDepth = 3

// setsDeadline reports whether call sets a deadline or makes a context that
// has one, here or in the functions of the package that it calls.
func (c *checker) setsDeadline(call ssa.CallInstruction, depth int) bool {
	if does(call, apimodel.Deadline, apimodel.ReadDeadline, apimodel.WriteDeadline, apimodel.Tick, apimodel.AfterFunc) {
		return true
	}
	return depth < maxDeadlineDepth && c.inBodies(call, func(inner ssa.CallInstruction) bool {
		return c.setsDeadline(inner, depth+1)
	})
}

// setsReadDeadline reports whether call sets a deadline on reads, by itself
// or in what it calls.
func (c *checker) setsReadDeadline(call ssa.CallInstruction, depth int) bool {
	if does(call, apimodel.ReadDeadline, apimodel.AfterFunc) {
		return true
	}
	return depth < maxDeadlineDepth && c.inBodies(call, func(inner ssa.CallInstruction) bool {
		return c.setsReadDeadline(inner, depth+1)
	})
}

// does reports whether the tables say one of the effects of what call calls.
// Methods that types declare after those of net.Conn pass for them.
func does(call ssa.CallInstruction, effects ...apimodel.Effect) bool {
	fn := valueflow.Callee(call)
	for _, e := range effects {
		if _, ok := apimodel.Find(fn, e); ok {
			return true
		}
		if _, ok := apimodel.FindLikeConn(fn, e); ok {
			return true
		}
	}
	return false
}

// deadlineAround reports whether the functions that lead to the acquire, or
// that the connection passes through, set a deadline anywhere.
func (c *checker) deadlineAround(a *acquire, conn ssa.Value) bool {
	fs := map[*ssa.Function]bool{}
	add := func(f *ssa.Function) {
		for ; f != nil; f = f.Parent() {
			fs[f] = true
		}
	}
	add(a.fn)
	if conn.Parent() != nil {
		add(conn.Parent())
	}
	for _, d := range c.finder.DriversBeyond(a.op.Instr) {
		for _, fr := range d.Chain {
			add(fr.Fn)
		}
	}
	for f := range fs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok && c.setsReadDeadline(call, 0) {
					return true
				}
			}
		}
	}
	return false
}
