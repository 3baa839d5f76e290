package limits

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// ofGroup finds the limit of the group or pool that the goroutine is started
// through.
func (c *Checker) ofGroup(w *way) Limit {
	if w.s.Group == nil {
		return Limit{}
	}
	l := Limit{Kind: Group, At: w.s.Instr, Name: c.x.Describe(w.s.Group), Value: w.s.Group}
	on := c.x.Origins(w.s.Group)
	merge(on, c.x.PlaceOf(w.s.Group))
	found, unlimited := c.setLimit(on)
	made, endless := c.poolSize(w.s.Group)
	switch {
	case found || made:
		if c.madePerEvent(w, on) {
			l.Kind = PerEvent
		}
		return l
	case unlimited || endless:
		l.Kind = Unlimited
		return l
	case w.s.Pooled:
		return l // a pool whose making is not visible: it has a size
	}
	return Limit{}
}

func merge(into, from valueflow.Origins) {
	for k := range from {
		into[k] = true
	}
}

// setLimit reports whether a limit is set on a group that is one of on, and
// whether one is only ever set to a value that means none.
func (c *Checker) setLimit(on valueflow.Origins) (limited, unlimited bool) {
	if c.setLimits == nil {
		c.setLimits = []ssa.CallInstruction{}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					if call, ok := i.(ssa.CallInstruction); ok {
						if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.SetLimit); ok {
							c.setLimits = append(c.setLimits, call)
						}
					}
				}
			}
		}
	}
	for _, call := range c.setLimits {
		recv := valueflow.Recv(call)
		if recv == nil || !c.x.Origins(recv).Meets(on) && !c.x.PlaceOf(recv).Meets(on) {
			continue
		}
		row, _ := apimodel.Find(valueflow.Callee(call), apimodel.SetLimit)
		if isUnlimited(row, valueflow.Arg(call, row.Arg)) {
			unlimited = true
		} else {
			limited = true
		}
	}
	return limited, unlimited
}

func isUnlimited(row apimodel.Row, v ssa.Value) bool {
	n, ok := valueflow.Int(v)
	if !ok {
		return false
	}
	if slices.Contains(row.Unlimited, n) || n >= effects.Endless {
		return true
	}
	// "Negative means no limit" is listed by its usual value, -1.
	return n < 0 && slices.Contains(row.Unlimited, -1)
}

// poolSize reports whether the group comes from a constructor that limits
// it, and whether one makes it without a limit.
func (c *Checker) poolSize(group ssa.Value) (limited, unlimited bool) {
	c.x.Walk(group, valueflow.Options{Through: true}, func(v ssa.Value) bool {
		call, ok := v.(*ssa.Call)
		if e, isExtract := v.(*ssa.Extract); isExtract {
			call, ok = e.Tuple.(*ssa.Call)
		}
		if !ok {
			return true
		}
		fn := valueflow.Callee(call)
		for _, row := range apimodel.FuncRows(fn) {
			if row.Does != apimodel.NewPool && row.Does != apimodel.SetLimit {
				continue
			}
			if row.Arg >= 0 && isUnlimited(row, valueflow.Arg(call, row.Arg)) {
				unlimited = true
			} else {
				limited = true
			}
		}
		if c.Eff.LimitedResult(fn) {
			limited = true
		}
		return true
	})
	return limited, unlimited
}

// capLifted reports whether the package sets a protocol's stream limit to a
// constant that is none.
func (c *Checker) capLifted() bool {
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if st, ok := i.(*ssa.Store); ok && c.liftsCap(st) {
					return true
				}
			}
		}
	}
	return false
}

// manyStreams is the smallest constant stream limit per connection that does
// not count as one: a DNS server was taken down through 65535 (taxonomy
// S24), the protocols' own defaults are 100 to 250.
const manyStreams = 1 << 14

func (c *Checker) liftsCap(st *ssa.Store) bool {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	f := valueflow.FieldOf(fa.X.Type(), fa.Field)
	if f == nil {
		return false
	}
	k, ok := apimodel.KnobOf(fa.X.Type(), f.Name())
	if !ok || k.Does != apimodel.LimitsUnits {
		return false
	}
	n, ok := valueflow.Int(st.Val)
	return ok && (n >= manyStreams || slices.Contains(k.Unlimited, n))
}
