package semwait

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// maxHandedOn is how many calls a consumer may be handed through between its
// table and the send.
const maxHandedOn = 3

// consumer returns the entry of a table of consumers that ch belongs to: the
// channel itself, or a field of what was looked up, here, in a helper, or by a
// caller. nil if it is no such.
func (c *checker) consumer(ch ssa.Value) ssa.Value { return c.consumerOf(ch, 0) }

func (c *checker) consumerOf(v ssa.Value, calls int) ssa.Value {
	for range maxExpression {
		switch e := v.(type) {
		case *ssa.Lookup:
			return e
		case *ssa.Extract:
			switch t := e.Tuple.(type) {
			case *ssa.Lookup:
				return t
			case *ssa.Next:
				return t
			case *ssa.TypeAssert:
				v = t.X
				continue
			case *ssa.Call:
				return c.foundBy(t, e.Index, calls)
			}
			return nil
		case *ssa.Call:
			return c.foundBy(e, 0, calls)
		case *ssa.Parameter:
			return c.passedAs(e, calls)
		case *ssa.UnOp:
			if e.Op != token.MUL {
				return nil
			}
			if _, cell := e.X.(*ssa.Alloc); cell {
				return c.storedIn(e, calls)
			}
			v = e.X
		case *ssa.FieldAddr:
			v = e.X
		case *ssa.IndexAddr:
			return e
		case *ssa.TypeAssert:
			v = e.X
		default:
			return nil
		}
	}
	return nil
}

// storedIn returns the entry that a local variable has.
func (c *checker) storedIn(load *ssa.UnOp, calls int) ssa.Value {
	if calls == maxHandedOn {
		return nil
	}
	for _, v := range c.x.Step(load, valueflow.Options{}) {
		if from := c.consumerOf(v, calls+1); from != nil {
			return from
		}
	}
	return nil
}

// foundBy returns the entry that a helper of the package finds.
func (c *checker) foundBy(call *ssa.Call, n, calls int) ssa.Value {
	if calls == maxHandedOn {
		return nil
	}
	for _, f := range c.x.StaticBodies(call) {
		vs, _ := valueflow.Returned(f, n)
		for _, v := range vs {
			if from := c.consumerOf(v, calls+1); from != nil {
				return from
			}
		}
	}
	return nil
}

// passedAs returns the entry that callers pass, or that an iterator yields.
func (c *checker) passedAs(p *ssa.Parameter, calls int) ssa.Value {
	if calls == maxHandedOn {
		return nil
	}
	if _, ok := c.iterator(p.Parent()); ok {
		return p
	}
	for _, a := range c.x.Passed(p) {
		if from := c.consumerOf(a.Value, calls+1); from != nil {
			return from
		}
	}
	return nil
}
