package semwait

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// lastWord reports whether whoever receives what s sends leaves its loop then,
// and the channel has room for one: it is sent once, and the send finds room.
// It is false where no receive, or no make, is in sight.
func (c *checker) lastWord(s *ssa.Send) bool {
	on := c.x.Origins(s.Chan)
	sizes := c.sizes(on)
	if len(sizes) == 0 || slices.Min(sizes) < 1 {
		return false
	}
	received := false
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				after := c.receivedAt(i, on)
				if after == nil {
					continue
				}
				l := c.finder.Forest(f).Innermost(b)
				if l == nil || reachesHead(l, after, map[*ssa.BasicBlock]bool{}) {
					return false
				}
				received = true
			}
		}
	}
	return received
}

// receivedAt returns the block that control is in after i has received from
// one of the channels, nil where i does no such thing.
func (c *checker) receivedAt(i ssa.Instruction, on valueflow.Origins) *ssa.BasicBlock {
	switch i := i.(type) {
	case *ssa.UnOp:
		if ch, ok := valueflow.IsRecv(i); ok && c.x.Origins(ch.X).Meets(on) {
			return i.Block()
		}
	case *ssa.Select:
		for n, st := range i.States {
			if st.Dir == types.RecvOnly && c.x.Origins(st.Chan).Meets(on) {
				if b := flowgraph.ArmBlock(i, n); b != nil {
					return b
				}
				return i.Block()
			}
		}
	}
	return nil
}

// reachesHead reports whether control gets from b around the loop again.
func reachesHead(l *flowgraph.Loop, b *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	if !l.Contains(b) || seen[b] {
		return false
	}
	seen[b] = true
	for _, s := range b.Succs {
		if s == l.Header || reachesHead(l, s, seen) {
			return true
		}
	}
	return false
}
