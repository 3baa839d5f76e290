package semwait

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// channels indexes who receives from which channel of the package.
type channels struct{ by map[any][]receive }

// A receive is one receive from a channel.
type receive struct {
	instr ssa.Instruction
	arm   int // of a select, -1 for none
	ch    ssa.Value
}

// receives returns who receives from the channels of the package that on
// may be.
func (*channels) receives(c *checker, on valueflow.Origins) []receive {
	if c.channels == nil {
		c.channels = &channels{by: map[any][]receive{}}
		for _, f := range c.x.Funcs {
			for _, b := range f.Blocks {
				for _, i := range b.Instrs {
					c.channels.note(c, i)
				}
			}
		}
	}
	var rs []receive
	seen := map[receive]bool{}
	for k := range on {
		for _, r := range c.channels.by[k] {
			if !seen[r] {
				seen[r] = true
				rs = append(rs, r)
			}
		}
	}
	return rs
}

func (cs *channels) note(c *checker, i ssa.Instruction) {
	add := func(ch ssa.Value, arm int) {
		for k := range c.x.Origins(ch) {
			cs.by[k] = append(cs.by[k], receive{i, arm, ch})
		}
	}
	switch i := i.(type) {
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			add(i.X, -1)
		}
	case *ssa.Select:
		for n, s := range i.States {
			if s.Dir == types.RecvOnly {
				add(s.Chan, n)
			}
		}
	}
}

// isTimer reports whether ch delivers times.
func (c *checker) isTimer(ch ssa.Value) bool {
	t, ok := ch.Type().Underlying().(*types.Chan)
	return ok && apimodel.IsClass(t.Elem(), apimodel.Instant)
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
