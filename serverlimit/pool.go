package serverlimit

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/peer"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// pool reports pools of connections that serve requests and have no limit:
// each request that finds no idle connection opens one more.
func (c *checker) pool(i ssa.Instruction) {
	call, ok := i.(*ssa.Call)
	if !ok || !c.opens(call) || c.rep.Skips(call.Pos()) {
		return
	}
	m := effects.MadeBy(call)
	if c.eff.HasPoolLimit(m) {
		return
	}
	use, who := c.servingUse(m)
	if use == nil {
		return
	}
	c.report(pool, call.Pos(), fmt.Sprintf("connections of the pool that %s opens: requests decide how many, nothing limits those open at once", callee(valueflow.Callee(call))), c.fixPool(call), evidence(use, "used by "+who)...)
}

// opens reports whether the call opens a pool without a limit.
func (c *checker) opens(call *ssa.Call) bool {
	fn := valueflow.Callee(call)
	if fn == nil || fn.Pkg() == c.pass.Pkg {
		return false
	}
	res := fn.Signature().Results()
	return res.Len() > 0 && effects.IsPool(res.At(0).Type()) && c.eff.MakesUnlimited(effects.MadeBy(call))
}

// servingUse returns a use of the pool made at m that runs once per request,
// and the name of the handler.
func (c *checker) servingUse(m effects.Made) (use ssa.Instruction, who string) {
	for _, f := range c.eff.Index().Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok || !c.waitsOn(call, m) {
					continue
				}
				if who, ok := c.perRequest(call); ok {
					return call, who
				}
				if c.rule.Strict && takesContext(f) {
					return call, loops.Name(f) // on behalf of somebody
				}
			}
		}
	}
	return nil, ""
}

// waitsOn reports whether the call waits for a connection of the pool.
func (c *checker) waitsOn(call ssa.CallInstruction, m effects.Made) bool {
	recv := valueflow.Recv(call)
	if recv == nil || !effects.IsPool(recv.Type()) {
		return false
	}
	_, waits := apimodel.Find(valueflow.Callee(call), apimodel.BlockNet)
	return waits && c.eff.MayBe(recv, m)
}

// takesContext reports whether f, or the function around it, is handed a
// context: it works for somebody who may go away.
func takesContext(f *ssa.Function) bool {
	for _, p := range outermost(f).Params {
		if apimodel.IsClass(p.Type(), apimodel.ContextType) {
			return true
		}
	}
	return false
}

// perRequest reports whether a peer makes i run, and names the function that
// does what the peer asks for.
func (c *checker) perRequest(i ssa.Instruction) (who string, ok bool) {
	for _, d := range c.finder.Drivers(i) {
		if d.Who == peer.Peer {
			return d.From, true
		}
	}
	return "", false
}
