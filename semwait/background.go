package semwait

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// onBackground reports a wait that could end with a context and is given one
// that never ends.
func (c *checker) onBackground(a *acquire) {
	call, ok := a.op.Instr.(*ssa.Call)
	if !ok || !a.op.Waits || a.op.Verb == effects.TryTake {
		return
	}
	root := c.rootContext(call)
	if root == "" || !c.shared(a) {
		return
	}
	t := c.tenure(a)
	if t.timed || t.waits == effects.Never {
		return
	}
	r := c.inReach(call)
	if r.how == nothing && !c.serves(call) && !isToDo(root) {
		return
	}
	if r.how == aDone && t.waits&effects.Network == 0 && !c.serves(call) && !isToDo(root) {
		return
	}
	c.add(finding{
		kind: background, pos: call.Pos(), acquire: a, reach: r,
		message: fmt.Sprintf("wait for a slot of %s is on %s: it goes on when whoever asked has gone", a.name, root),
		related: c.evidence(a),
	})
}

// isToDo reports whether the root is the one that says of itself that it is
// to be replaced.
func isToDo(root string) bool { return root == "context.TODO()" }

// rootContext returns the call that made the context that call waits on, if
// nobody can end it: context.Background or TODO without a deadline or cancel
// on the way. It returns "" otherwise, and for nil arguments.
func (c *checker) rootContext(call ssa.CallInstruction) string {
	for _, arg := range valueflow.Args(call) {
		if !isContext(arg.Type()) {
			continue
		}
		root, other := "", false
		complete := c.x.Walk(arg, valueflow.Options{Through: true}, func(v ssa.Value) bool {
			var made *ssa.Call
			switch v := v.(type) {
			case *ssa.Call:
				made = v
			case *ssa.Extract:
				made, _ = v.Tuple.(*ssa.Call)
				other = other || made == nil
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.UnOp, *ssa.Alloc, *ssa.FreeVar, *ssa.FieldAddr:
				return true
			case *ssa.Global, *ssa.Const, *ssa.Lookup, *ssa.TypeAssert:
				other = true
			case *ssa.Parameter:
				if len(c.x.Callers(v.Parent())) == 0 || v.Parent().Object() != nil && v.Parent().Object().Exported() {
					other = true
				}
			}
			if made == nil {
				return true
			}
			fn := valueflow.Callee(made)
			switch {
			case fn == nil:
				other = true
			case isRoot(fn):
				root = "context." + fn.Name() + "()"
			case endsEarlier(fn):
				other = true
			case len(apimodel.FuncRows(fn)) == 0 && len(c.x.StaticBodies(made)) == 0:
				other = true
			}
			return true
		})
		if !complete || other {
			return ""
		}
		return root
	}
	return ""
}

// endsEarlier reports whether the context that fn returns may end before its
// parent.
func endsEarlier(fn *types.Func) bool {
	if _, ok := apimodel.Find(fn, apimodel.Deadline); ok {
		return true
	}
	if fn.Signature().Results().Len() == 2 { // with a cancel function, or of a group
		return true
	}
	return false
}
