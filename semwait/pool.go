package semwait

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// onPool reports a request that waits for a connection of a pool, or for its
// turn at a rate limiter, with no context or one that never ends.
//
// Only what hands a resource out is looked at: a statement that changes
// something may well be meant to be carried out when the client has gone.
func (c *checker) onPool(call *ssa.Call) {
	what := ""
	switch {
	case c.lends(call):
		what = "a connection of "
	case isTurn(call):
		what = "a turn of "
	default:
		return
	}
	on := c.rootContext(call)
	if on == "" && takesContext(call) {
		return
	}
	if on == "" {
		on = "no context"
	}
	r := ofParams(call.Parent())
	if r.how == nothing || !c.serves(call) {
		return
	}
	name := orElse(c.sourceName(call.Pos()), c.describe(valueflow.Recv(call), "the pool"))
	c.add(finding{
		kind: background, pos: call.Pos(), reach: r,
		message: fmt.Sprintf("wait for %s is on %s: it goes on when whoever asked has gone", what+name, on),
	})
}

// lends reports whether call takes something out of a pool that is known to
// have a limit, and returns it.
func (c *checker) lends(call *ssa.Call) bool {
	fn := valueflow.Callee(call)
	if _, ok := apimodel.Find(fn, apimodel.TakeResource); !ok {
		return false
	}
	lent := false
	for v := range fn.Signature().Results().Variables() {
		lent = lent || isLent(v.Type())
	}
	return lent && c.limitedPool(valueflow.Recv(call))
}

// isLent reports whether a t is given back to a pool.
func isLent(t types.Type) bool {
	for m := range types.NewMethodSet(t).Methods() {
		if gives(m.Obj()) {
			return true
		}
	}
	return false
}

func gives(method types.Object) bool {
	fn, _ := method.(*types.Func)
	_, ok := apimodel.Find(fn, apimodel.GiveResource)
	return ok
}

// limitedPool reports whether the pool has a limit: its kind always has one,
// or the package sets one.
func (c *checker) limitedPool(pool ssa.Value) bool {
	if pool == nil {
		return false
	}
	needed := false
	for m := range types.NewMethodSet(pool.Type()).Methods() {
		fn, _ := m.Obj().(*types.Func)
		_, ok := apimodel.Find(fn, apimodel.PoolLimit)
		needed = needed || ok
	}
	if !needed {
		return true
	}
	on := c.whereabouts(pool)
	for _, set := range c.poolLimits() {
		row, _ := apimodel.Find(valueflow.Callee(set), apimodel.PoolLimit)
		n, isConst := valueflow.Int(valueflow.Arg(set, row.Arg))
		if (!isConst || n > 0) && c.whereabouts(valueflow.Recv(set)).Meets(on) {
			return true
		}
	}
	return false
}

// whereabouts returns the places that v comes from and is kept in.
func (c *checker) whereabouts(v ssa.Value) valueflow.Origins {
	on := valueflow.Origins{}
	if v == nil {
		return on
	}
	for _, o := range []valueflow.Origins{c.x.Origins(v), c.x.PlaceOf(v)} {
		for k := range o {
			on[k] = true
		}
	}
	return on
}

// poolLimits returns the calls of the package that limit a pool.
func (c *checker) poolLimits() []ssa.CallInstruction {
	if c.limitsPools == nil {
		c.limitsPools = []ssa.CallInstruction{}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					if call, ok := i.(ssa.CallInstruction); ok {
						if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.PoolLimit); ok {
							c.limitsPools = append(c.limitsPools, call)
						}
					}
				}
			}
		}
	}
	return c.limitsPools
}

// isTurn reports whether call waits for the clock until a context ends: for
// its turn at a rate limiter.
func isTurn(call *ssa.Call) bool {
	_, ok := apimodel.Find(valueflow.Callee(call), apimodel.BlockTime)
	return ok && valueflow.Recv(call) != nil && takesContext(call)
}

func takesContext(call ssa.CallInstruction) bool {
	for _, arg := range valueflow.Args(call) {
		if isContext(arg.Type()) {
			return true
		}
	}
	return false
}

// ofParams returns the context or request that f itself is given. What a
// goroutine or deferred literal sees of the function around it may have ended
// on purpose.
func ofParams(f *ssa.Function) reach {
	for _, p := range f.Params {
		if r := ofParam(p); r.how != nothing {
			return r
		}
	}
	return reach{}
}

// holdsAndWaits reports a connection that is waited for while one of the same
// pool is held: as many holders as there are wait for each other.
func (c *checker) holdsAndWaits(call *ssa.Call) {
	if !c.lends(call) {
		return
	}
	on := c.whereabouts(valueflow.Recv(call))
	for _, i := range c.lease(call) {
		second, ok := i.(*ssa.Call)
		if !ok || second == call {
			continue
		}
		if _, ok := apimodel.Find(valueflow.Callee(second), apimodel.TakeResource); !ok {
			continue
		}
		if !c.whereabouts(valueflow.Recv(second)).Meets(on) {
			continue
		}
		c.add(finding{
			kind: holdAndWait, pos: second.Pos(),
			message: fmt.Sprintf("connection of %s is waited for while one is held: holders wait for each other when all are out",
				orElse(c.sourceName(second.Pos()), c.describe(valueflow.Recv(second), "the pool"))),
			related: related(call.Pos(), "the first connection is taken here"),
		})
		return
	}
}

// lease returns the instructions that run between call, which takes a
// resource of a pool, and what gives it back. Rows are given back when they
// have been read to the end: only the loop that reads them counts.
func (c *checker) lease(call *ssa.Call) []ssa.Instruction {
	var got ssa.Value
	for _, r := range *call.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && isLent(e.Type()) {
			got = e
		}
	}
	if got == nil {
		return nil // it failed, or is given back at once: QueryRow(...).Scan
	}
	var is []ssa.Instruction
	read := false
	for _, r := range *got.Referrers() {
		next, ok := r.(*ssa.Call)
		if !ok {
			continue
		}
		if _, ok := apimodel.Find(valueflow.Callee(next), apimodel.ReceiveFrom); !ok || valueflow.Recv(next) != got {
			continue
		}
		read = true
		if l := c.finder.Forest(call.Parent()).Innermost(next.Block()); l != nil && !l.Contains(call.Block()) {
			for _, b := range call.Parent().Blocks {
				if l.Contains(b) && b != next.Block() && !endsRead(b, got) {
					is = append(is, b.Instrs...)
				}
			}
		}
	}
	if read || hasNext(got.Type()) {
		return is
	}
	return c.untilGiven(call, got)
}

// endsRead reports whether b gives the resource back.
func endsRead(b *ssa.BasicBlock, got ssa.Value) bool {
	for _, i := range b.Instrs {
		if givesBack(i, got) {
			return true
		}
	}
	return false
}

func hasNext(t types.Type) bool {
	for m := range types.NewMethodSet(t).Methods() {
		fn, _ := m.Obj().(*types.Func)
		if _, ok := apimodel.Find(fn, apimodel.ReceiveFrom); ok {
			return true
		}
	}
	return false
}

func givesBack(i ssa.Instruction, got ssa.Value) bool {
	call, ok := i.(*ssa.Call)
	return ok && valueflow.Recv(call) == got && gives(valueflow.Callee(call))
}

// untilGiven returns the instructions between call and what gives got back,
// on the ways that call has not failed.
func (c *checker) untilGiven(call *ssa.Call, got ssa.Value) []ssa.Instruction {
	a := &acquire{fn: call.Parent()}
	a.op.Instr = call
	var is []ssa.Instruction
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock, from int)
	visit = func(b *ssa.BasicBlock, from int) {
		for _, i := range b.Instrs[from:] {
			if i == call || givesBack(i, got) {
				return
			}
			is = append(is, i)
		}
		for n, s := range b.Succs {
			if !seen[s] && !a.failed(b, n) {
				seen[s] = true
				visit(s, 0)
			}
		}
	}
	for n, i := range call.Block().Instrs {
		if i == call {
			visit(call.Block(), n+1)
		}
	}
	return is
}
