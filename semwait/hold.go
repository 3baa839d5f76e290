package semwait

import (
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// held returns the instructions that run while a's slot is held: those that
// follow it until one gives it back, and the bodies of goroutines that do.
func (c *checker) held(a *acquire) []ssa.Instruction {
	var is []ssa.Instruction
	w := &walk{c: c, a: a, visit: func(i ssa.Instruction) { is = append(is, i) }}
	w.run()
	for _, r := range a.releases {
		s, ok := c.eff.SpawnAt(r)
		if !ok {
			continue
		}
		for _, f := range s.Bodies {
			is = append(is, c.bodyHolds(a, f)...)
		}
	}
	return is
}

// bodyHolds returns the instructions of f, a goroutine that gives back what
// a took, before it does.
func (c *checker) bodyHolds(a *acquire, f *ssa.Function) []ssa.Instruction {
	var is []ssa.Instruction
	if len(f.Blocks) == 0 {
		return nil
	}
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		if seen[b] {
			return
		}
		seen[b] = true
		for _, i := range b.Instrs {
			if _, deferred := i.(*ssa.Defer); !deferred && c.givesDirectly(a, i) {
				return
			}
			is = append(is, i)
		}
		for _, s := range b.Succs {
			visit(s)
		}
	}
	visit(f.Blocks[0])
	return is
}

// A tenure is what a holder does with its slot.
type tenure struct {
	waits effects.Wait
	// timed: some deadline, timer or context of limited duration is made
	// while the slot is held, or right before.
	timed bool
	// obeys: the holder passes a context on to what it waits for.
	obeys bool
	// asks: the holder passes a context to code that is not seen and that may
	// fail: whoever takes both waits for somebody.
	asks bool
	// foreign: the holder calls code that somebody else supplies.
	foreign bool
	// child: the holder runs another program.
	child bool
	calls []ssa.CallInstruction
}

// tenure returns what a's holder does.
func (c *checker) tenure(a *acquire) tenure {
	var t tenure
	for _, i := range c.held(a) {
		if _, ok := c.eff.SpawnAt(i); ok {
			continue // looked into, or no business of the holder
		}
		if _, ok := i.(*ssa.Defer); ok && c.gives(a, i) {
			continue
		}
		t.waits |= c.eff.WaitsAt(i)
		call, ok := i.(ssa.CallInstruction)
		if !ok {
			continue
		}
		t.calls = append(t.calls, call)
		t.timed = t.timed || c.setsDeadline(call, 0)
		if c.handsConn(call) {
			t.waits |= effects.Network
		}
		for _, arg := range valueflow.Args(call) {
			t.obeys = t.obeys || isContext(arg.Type())
		}
		t.asks = t.asks || c.asks(call)
		t.foreign = t.foreign || c.isForeign(call)
		t.child = t.child || c.runsChild(call, 0)
	}
	return t
}

// asks reports whether call passes a context to code that is not seen and that
// may fail. Loggers and tracers do not fail, and the standard library's waits
// are known.
func (c *checker) asks(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	args := valueflow.Args(call)
	if fn == nil || len(args) == 0 || !isContext(args[0].Type()) || len(c.x.StaticBodies(call)) > 0 {
		return false
	}
	if fn.Pkg() == nil || apimodel.Standard(fn.Pkg().Path()) || len(apimodel.FuncRows(fn)) > 0 || c.eff.WaitsAt(call) == effects.Never {
		return false
	}
	rs := fn.Signature().Results()
	return rs.Len() > 0 && isErrorType(rs.At(rs.Len()-1).Type())
}

// handsConn reports whether call hands a connection to code that is not
// seen, which can only read or write: io.WriteString, proto.Send.
func (c *checker) handsConn(call ssa.CallInstruction) bool {
	fn := valueflow.Callee(call)
	if fn == nil || len(c.x.StaticBodies(call)) > 0 || c.eff.WaitsAt(call) == effects.Never {
		return false
	}
	for _, arg := range valueflow.Args(call) {
		if peer.IsConn(unboxed(arg).Type()) {
			return true
		}
	}
	return false
}

// isForeign reports whether call runs code that whoever uses the package
// supplies: an interface method or function value with open sources.
func (c *checker) isForeign(call ssa.CallInstruction) bool {
	if valueflow.StaticCallee(call) != nil {
		return false
	}
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return false
	}
	_, open := c.x.Callees(call)
	return open
}

// runsChild reports whether call runs another program, here or in the
// functions of the package that it calls.
func (c *checker) runsChild(call ssa.CallInstruction, depth int) bool {
	if recv := valueflow.Recv(call); recv != nil && apimodel.IsClass(recv.Type(), apimodel.ChildProcess) {
		return true
	}
	return depth < maxDeadlineDepth && c.inBodies(call, func(inner ssa.CallInstruction) bool {
		return c.runsChild(inner, depth+1)
	})
}

// inBodies reports whether is holds for a call in the functions of the
// package that call calls.
func (c *checker) inBodies(call ssa.CallInstruction, is func(ssa.CallInstruction) bool) bool {
	for _, f := range c.x.StaticBodies(call) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if inner, ok := i.(ssa.CallInstruction); ok && is(inner) {
					return true
				}
			}
		}
	}
	return false
}
