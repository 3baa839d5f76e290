package semwait

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// overMembers returns what drives a send to from, which is the element of a slice
// that a loop is at, where each call of some function adds one to the slice.
func (c *checker) overMembers(s *ssa.Send, from ssa.Value) (loops.Driver, bool) {
	at, ok := from.(*ssa.IndexAddr)
	if !ok || at.Parent() != s.Parent() || ending(s) {
		return loops.Driver{}, false
	}
	l := c.finder.Forest(s.Parent()).Innermost(s.Block())
	if _, isConst := at.Index.(*ssa.Const); isConst || l == nil || !l.Contains(at.Block()) {
		return loops.Driver{}, false
	}
	load, ok := at.X.(*ssa.UnOp)
	if !ok || l.Contains(load.Block()) && load.Block() != l.Header {
		return loops.Driver{}, false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok || !c.addsMembers(valueflow.FieldOf(fa.X.Type(), fa.Field)) {
		return loops.Driver{}, false
	}
	return loops.Driver{Kind: loops.Collection, Over: at.X, Loop: l, Chain: []loops.Frame{{Fn: s.Parent(), Site: s}}}, true
}

// ending reports whether s tells its receivers to stop, by a constant or in a
// function that ends things: who is idle takes that at once.
func ending(s *ssa.Send) bool {
	if _, isConst := s.X.(*ssa.Const); isConst {
		return true
	}
	name := strings.ToLower(outermost(s.Parent()).Name())
	for _, end := range []string{"stop", "close", "shutdown"} {
		if strings.HasPrefix(name, end) {
			return true
		}
	}
	return false
}

// addsMembers reports whether a function, other than one that makes things,
// appends one element to the field each time that it is called.
func (c *checker) addsMembers(fld *types.Var) bool {
	for _, v := range c.x.FieldStores(fld) {
		call, ok := v.(*ssa.Call)
		if !ok {
			continue
		}
		b, ok := call.Call.Value.(*ssa.Builtin)
		if !ok || b.Name() != "append" || c.finder.Forest(call.Parent()).Innermost(call.Block()) != nil {
			continue
		}
		name := strings.ToLower(outermost(call.Parent()).Name())
		if name != "main" && name != "init" && !strings.HasPrefix(name, "new") {
			return true
		}
	}
	return false
}
