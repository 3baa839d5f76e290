package semwait

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// leaked reports a path on which the slot stays taken: to a return, around
// the loop to the next acquire, or out of a handler that panics.
//
// It is a must-analysis on the way in (the acquire has succeeded) and a may-
// analysis on the way out: anything that could give the slot back, or pass
// on the duty to, ends a path. Slots that other functions give back, and
// slots that the function hands out with its result, are nobody's leak here.
func (c *checker) leaked(a *acquire) {
	if c.hasTicket(a) || c.releasedElsewhere(a) || c.escapes(a) {
		return
	}
	var leak token.Pos
	how := ""
	w := &walk{c: c, a: a, stopAtDefer: true}
	w.end = func(b *ssa.BasicBlock) {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && leak == token.NoPos && c.leaksAt(a, ret) && !ownSemaphore(a) {
			leak, how = returnPos(ret), "returns"
		}
	}
	l := c.finder.Forest(a.fn).Innermost(a.op.Instr.Block())
	w.again = func(b *ssa.BasicBlock) {
		if leak != token.NoPos || l == nil {
			return
		}
		for _, r := range a.releases {
			if l.Contains(r.Block()) {
				leak, how = lastPos(b, a), "goes around the loop"
			}
		}
	}
	w.run()
	if leak == token.NoPos {
		leak, how = c.panics(a)
	}
	if how == "" {
		return
	}
	c.add(finding{
		kind: leakedSlot, pos: a.op.Instr.Pos(), acquire: a,
		message: fmt.Sprintf("slot of %s is not given back on a path that %s: each time there is one less", a.name, how),
		related: related(leak, "the slot is still held here"),
	})
}

func related(p token.Pos, message string) []analysis.RelatedInformation {
	if !p.IsValid() {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: p, End: p + 1, Message: message}}
}

func returnPos(r *ssa.Return) token.Pos { return r.Pos() }

// lastPos returns the position of the last instruction on the way around the
// loop that has one.
func lastPos(b *ssa.BasicBlock, a *acquire) token.Pos {
	if p := a.op.Instr.Pos(); p.IsValid() {
		return p
	}
	return b.Instrs[0].Pos()
}

// hasTicket reports whether the acquire returns something to give the slot
// back with: a release function, a guard, a connection.
func (c *checker) hasTicket(a *acquire) bool {
	call, ok := a.op.Instr.(*ssa.Call)
	if !ok {
		return false
	}
	for v := range call.Call.Signature().Results().Variables() {
		if !isErrorType(v.Type()) && !isBool(v.Type()) {
			return true
		}
	}
	return false
}

func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// releasedElsewhere reports whether a function that takes no slot of the
// semaphore gives one back: then slots outlive calls by design.
func (c *checker) releasedElsewhere(a *acquire) bool {
	type role struct{ gives, takes, direct bool }
	roles := map[*ssa.Function]role{} // of a function with its literals
	for _, g := range c.x.Funcs {
		for _, op := range c.eff.Of(g).Slots {
			if !op.On.Meets(a.on) {
				continue
			}
			r := roles[outermost(g)]
			switch {
			case op.Verb.Undoes(a.op.Verb):
				r.gives = true
				r.direct = r.direct || op.Depth <= 1
			case op.Verb == a.op.Verb || op.Verb == effects.Take || op.Verb == effects.TryTake:
				r.takes = true
			}
			roles[outermost(g)] = r
		}
	}
	for g, r := range roles {
		if g == outermost(a.fn) || !r.gives || r.takes {
			continue
		}
		if r.direct && c.onlyReleases(g) {
			continue // the release method: its callers are looked at
		}
		return true
	}
	return false
}

// onlyReleases reports whether g is called in this package, so that its
// callers tell who gives slots back.
func (c *checker) onlyReleases(g *ssa.Function) bool { return len(c.x.Callers(g)) > 0 }

func outermost(f *ssa.Function) *ssa.Function {
	for f.Parent() != nil {
		f = f.Parent()
	}
	return f
}

// escapes reports whether a resource that a receive took is kept: stored,
// sent elsewhere, or returned.
func (c *checker) escapes(a *acquire) bool {
	v, ok := a.op.Instr.(*ssa.UnOp)
	if !ok || isToken(a.op.Value.Type()) {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Return, *ssa.MapUpdate, *ssa.Phi, *ssa.Go, *ssa.MakeInterface:
			return true
		case *ssa.Store:
			if _, local := r.Addr.(*ssa.Alloc); !local {
				return true
			}
		}
	}
	return false
}

// leaksAt reports whether leaving at ret with the slot held is a mistake.
func (c *checker) leaksAt(a *acquire, ret *ssa.Return) bool {
	for _, v := range ret.Results {
		if mayOwn(v) {
			return false // the slot may go with the result
		}
	}
	switch c.outcomeOf(ret) {
	case failure:
		return true
	default:
		// A function that keeps the slot on success is how one acquires it;
		// one that gives it back before some success is not.
		return c.returnsReleased(a)
	}
}

// ownSemaphore reports whether the semaphore is made by the function that takes
// the slot, for itself and what it starts: it ends with them.
func ownSemaphore(a *acquire) bool {
	for k := range a.on {
		i, ok := k.(ssa.Instruction)
		if !ok || i.Parent() != a.fn {
			return false
		}
		v, ok := k.(ssa.Value)
		if !ok || v.Referrers() == nil {
			return false
		}
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Store:
				if _, cell := r.Addr.(*ssa.Alloc); !cell && r.Val == v {
					return false
				}
			case *ssa.MapUpdate, *ssa.MakeInterface, *ssa.Return:
				return false
			case ssa.CallInstruction:
				if _, isBuiltin := r.Common().Value.(*ssa.Builtin); !isBuiltin && valueflow.Recv(r) != v {
					return false // who knows who keeps it
				}
			case *ssa.Send:
				if r.X == v {
					return false
				}
			}
		}
	}
	return len(a.on) > 0
}

// mayOwn reports whether v could stand for the slot: a value other than an
// error, a flag, a number, a string or nil.
func mayOwn(v ssa.Value) bool {
	if isErrorType(v.Type()) {
		return false
	}
	if _, ok := v.(*ssa.Const); ok {
		return false
	}
	switch v.Type().Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Map:
		return false
	}
	return true
}

// returnsReleased reports whether the function itself, or a goroutine that it
// starts, gives the slot back on another way than to a failure.
func (c *checker) returnsReleased(a *acquire) bool {
	for _, r := range a.releases {
		if _, ok := r.(*ssa.MakeClosure); ok {
			continue
		}
		reaches := flowgraph.PathQuery{From: r,
			Barrier: func(ssa.Instruction) bool { return false },
			End: func(b, s *ssa.BasicBlock) bool {
				if s != nil {
					return false
				}
				ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
				return ok && c.outcomeOf(ret) != failure
			},
		}.Exists()
		if reaches {
			return true
		}
	}
	return false
}

// panics reports a handler that calls the code of others while it holds a
// slot that no defer gives back: servers recover from the panics of handlers,
// and the slot is gone.
func (c *checker) panics(a *acquire) (token.Pos, string) {
	if !c.isHandler(a.fn) {
		return token.NoPos, ""
	}
	direct := false
	for _, r := range a.releases {
		switch r.(type) {
		case *ssa.Defer, *ssa.MakeClosure, *ssa.Go:
			return token.NoPos, ""
		}
		direct = true
	}
	if !direct {
		return token.NoPos, ""
	}
	at := token.NoPos
	w := &walk{c: c, a: a, stopAtDefer: true}
	w.visit = func(i ssa.Instruction) {
		call, ok := i.(*ssa.Call)
		if !ok || at != token.NoPos || !c.isForeign(call) {
			return
		}
		for _, arg := range valueflow.Args(call) {
			if r, ok := apimodel.TypeRowOf(arg.Type()); ok && r.Is == apimodel.HandlerParam {
				at = call.Pos()
			}
		}
	}
	w.run()
	if at == token.NoPos {
		return at, ""
	}
	return at, "panics"
}
