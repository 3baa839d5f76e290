package semwait

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// overAsk reports a wait for more slots than there are, and a group that
// lets nothing start.
func (c *checker) overAsk(call ssa.CallInstruction) {
	fn := valueflow.Callee(call)
	for _, row := range apimodel.FuncRows(fn) {
		switch row.Does {
		case apimodel.Acquire, apimodel.TryAcquire:
			c.asksTooMuch(call, row)
		case apimodel.SetLimit:
			recv := valueflow.Recv(call)
			n, ok := valueflow.Int(valueflow.Arg(call, row.Arg))
			if !ok || n != 0 || recv == nil || !apimodel.IsClass(recv.Type(), apimodel.Group) {
				continue
			}
			c.add(finding{
				kind: overAsk, pos: call.Pos(),
				message: fmt.Sprintf("limit of %s is 0: it lets nothing start, and Go waits for ever", orElse(c.sourceName(call.Pos()), "the group")),
			})
		}
	}
}

func (c *checker) asksTooMuch(call ssa.CallInstruction, row apimodel.Row) {
	recv := valueflow.Recv(call)
	if row.Arg < 0 || recv == nil {
		return
	}
	asked, ok := valueflow.Int(valueflow.Arg(call, row.Arg))
	if !ok {
		return
	}
	size := int64(-1)
	complete := c.x.Walk(recv, valueflow.Options{}, func(v ssa.Value) bool {
		made, ok := v.(*ssa.Call)
		if !ok {
			return true
		}
		row, ok := apimodel.Find(valueflow.Callee(made), apimodel.NewSemaphore)
		if !ok {
			return true
		}
		n, ok := valueflow.Int(valueflow.Arg(made, row.Arg))
		if !ok {
			n = asked // of unknown size
		}
		size = max(size, n)
		return true
	})
	if !complete || size < 0 || asked <= size {
		return
	}
	c.add(finding{
		kind: overAsk, pos: call.Pos(),
		message: fmt.Sprintf("wait for %d slots of %s, which has %d: there are never as many", asked, orElse(c.sourceName(call.Pos()), "the semaphore"), size),
	})
}
