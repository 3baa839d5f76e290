package loops

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// ruledOut reports whether the call c of the frame's function never gets to
// its site: a branch on the way asks for a flag, and c passes the constant
// that says no.
func ruledOut(fr Frame, c ssa.CallInstruction) bool {
	if valueflow.StaticCallee(c) != fr.Fn {
		return false
	}
	args := c.Common().Args
	for d := fr.Site.Block().Idom(); d != nil; d = d.Idom() {
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cond, wants := br.Cond, true
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond, wants = not.X, false
		}
		p, ok := cond.(*ssa.Parameter)
		if !ok {
			continue
		}
		switch {
		case flowgraph.EdgeDominates(d, 0, fr.Site.Block()):
		case flowgraph.EdgeDominates(d, 1, fr.Site.Block()):
			wants = !wants
		default:
			continue
		}
		for n, q := range fr.Fn.Params {
			if q != p || n >= len(args) {
				continue
			}
			if k, ok := args[n].(*ssa.Const); ok && k.Value != nil && constant.BoolVal(k.Value) != wants {
				return true
			}
		}
	}
	return false
}
