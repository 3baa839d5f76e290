package unboundedgo

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// abandons recognises the goroutine that waits for something on behalf of
// one who does not wait as long: it waits for a shared WaitGroup, says so on
// a channel of its own, and whoever listens to that has a timeout. Each
// waiter that gives up leaves one behind, so that what bounds the waiters
// does not bound it: who drives them is asked beyond their go statements.
func (c *classifier) abandons(s effects.Spawn) (verdict, bool) {
	waitsFor := c.waitsForOther(s)
	if waitsFor == nil {
		return verdict{}, false
	}
	for _, d := range c.finder.DriversBeyond(s.Instr) {
		if d.Who != peer.Peer || d.Kind != loops.Accepts && d.Kind != loops.Receives && d.Kind != loops.Handles {
			continue
		}
		if c.madeOnWay(waitsFor, d) || c.checker.Of(s, d).Kind == limits.Declared {
			continue
		}
		return verdict{kind: handlerKind, spawn: s, driver: d, waitsFor: c.eff.Index().Describe(waitsFor)}, true
	}
	return verdict{}, false
}

// waitsForOther returns the WaitGroup that the goroutine only waits for,
// before it tells one who may have stopped listening; nil for others.
func (c *classifier) waitsForOther(s effects.Spawn) (group ssa.Value) {
	if len(s.Bodies) != 1 || s.Open {
		return nil
	}
	var told ssa.Value
	for _, b := range s.Bodies[0].Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Send:
				told = i.Chan
			case *ssa.Select:
				return nil
			case ssa.CallInstruction:
				if b, ok := i.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
					told = i.Common().Args[0]
				} else if c.onlyJoins(i) {
					group = valueflow.Recv(i)
				} else {
					return nil // does something besides
				}
			}
		}
	}
	if told == nil || group == nil || !c.held(group) || !c.heardInPart(told) {
		return nil
	}
	return group
}

// onlyJoins reports whether the call waits for a WaitGroup, or for a type of
// the package made of one, and does nothing else.
func (c *classifier) onlyJoins(call ssa.CallInstruction) bool {
	if _, joins := apimodel.Find(valueflow.Callee(call), apimodel.Join); joins {
		return true
	}
	fs := c.eff.Index().StaticBodies(call)
	if len(fs) == 0 {
		return false
	}
	joins := false
	for _, b := range fs[0].Blocks {
		for _, i := range b.Instrs {
			if inner, ok := i.(ssa.CallInstruction); ok {
				if _, joins = apimodel.Find(valueflow.Callee(inner), apimodel.Join); !joins {
					return false
				}
			}
		}
	}
	return joins
}

// held reports whether v is a field or global, which outlives the call.
func (c *classifier) held(v ssa.Value) bool {
	for k := range c.eff.Index().Origins(v) {
		switch k.(type) {
		case *types.Var, *ssa.Global:
			return true
		}
	}
	return false
}

// madeOnWay reports whether the struct that holds the group is made on the way
// from the driver: one of each event's own, waited for once.
func (c *classifier) madeOnWay(group ssa.Value, d loops.Driver) bool {
	fa, ok := group.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	on := map[*ssa.Function]bool{}
	for _, fr := range d.Chain {
		on[fr.Fn] = true
	}
	made := false
	c.eff.Index().Walk(fa.X, valueflow.Options{Elements: true}, func(v ssa.Value) bool {
		switch v := v.(type) {
		case *ssa.Alloc:
			made = made || on[v.Parent()]
			for _, call := range c.eff.Index().StaticCallers(v.Parent()) {
				made = made || on[call.Parent()]
			}
		case *ssa.Call:
			made = made || on[v.Parent()] && !c.eff.Index().HasBody(v)
		}
		return !made
	})
	return made
}

// heardInPart reports whether every receive from the channel may end before
// the channel has anything.
func (c *classifier) heardInPart(ch ssa.Value) bool {
	x := c.eff.Index()
	on := x.Origins(ch)
	heard := false
	for _, f := range x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case *ssa.UnOp:
					if i.Op == token.ARROW && x.Origins(i.X).Meets(on) {
						return false
					}
				case *ssa.Select:
					for _, st := range i.States {
						if st.Dir != types.RecvOnly || !x.Origins(st.Chan).Meets(on) {
							continue
						}
						if len(i.States) == 1 && i.Blocking {
							return false
						}
						heard = true
					}
				}
			}
		}
	}
	return heard
}
