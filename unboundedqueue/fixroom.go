package unboundedqueue

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// shorten gives a channel with endless room a limit: who sends waits for who
// receives. Not where the one may be the other, or holds a lock meanwhile.
func (fx *fixer) shorten(file *ast.File, mk *ssa.MakeChan) []analysis.SuggestedFix {
	src := fx.Source(file)
	if src == nil || !fx.c.mayWait(mk) {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(file, mk.Pos(), mk.Pos()+1)
	var call *ast.CallExpr
	var decl ast.Decl
	of := ""
	for _, n := range path {
		switch n := n.(type) {
		case *ast.CallExpr:
			if n.Lparen == mk.Pos() {
				call = n
			}
		case *ast.ValueSpec:
			if len(n.Names) == 1 {
				of = n.Names[0].Name
			}
		case *ast.KeyValueExpr:
			if of == "" {
				of = exprName(n.Key)
			}
		case *ast.AssignStmt:
			if of == "" && len(n.Lhs) == 1 {
				of = exprName(n.Lhs[0])
			}
		case ast.Decl:
			decl = n
		}
	}
	if call == nil || decl == nil || len(call.Args) != 2 {
		return nil
	}
	name := "max" + title(of)
	name = fx.PackageName(name, name+"Entries", name+"Limit")
	var es inscope.Edits
	es.Add(src.Before(decl,
		fmt.Sprintf("// %s is how many elements may wait. Tune it to what memory can carry.", name),
		fmt.Sprintf("const %s = %d", name, defaultLimit), ""))
	n := call.Args[1]
	es.Add(analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(name)}, true)
	return es.As("let senders wait when " + name + " elements do")
}

// mayWait reports whether all that sends on the channel may as well wait for
// room: somebody else receives, and nothing that who receives may need is
// held. Unknown is false.
func (c *checker) mayWait(mk *ssa.MakeChan) bool {
	on := c.x.Origins(mk)
	for k := range on {
		switch k := k.(type) {
		case *types.Var:
			if k.Exported() {
				return false
			}
		case *ssa.Global:
			if k.Object() == nil || k.Object().Exported() {
				return false
			}
		}
	}
	receivers := c.receivers(on)
	senders := c.x.Senders(on)
	if len(receivers) == 0 || len(senders) == 0 || c.handsOn(on) {
		return false
	}
	for _, s := range senders {
		if sel, ok := s.(*ssa.Select); ok && !sel.Blocking {
			continue
		}
		way := map[*ssa.Function]bool{}
		c.callersOf(s.Parent(), way, 0)
		round := map[*ssa.Function]bool{}
		for f := range way {
			if locks(f) {
				return false
			}
			c.called(f, round, 0)
		}
		for f := range round {
			if receivers[f] {
				return false
			}
		}
	}
	return true
}

// receivers returns the functions that receive from a channel that is one of
// on.
func (c *checker) receivers(on valueflow.Origins) map[*ssa.Function]bool {
	fs := map[*ssa.Function]bool{}
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if u, ok := i.(*ssa.UnOp); ok {
					if _, recv := valueflow.IsRecv(u); recv && c.x.Origins(u.X).Meets(on) {
						fs[f] = true
					}
				}
				if sel, ok := i.(*ssa.Select); ok {
					for _, st := range sel.States {
						if st.Send == nil && c.x.Origins(st.Chan).Meets(on) {
							fs[f] = true
						}
					}
				}
			}
		}
	}
	return fs
}

// handsOn reports whether code that is not visible gets hold of a channel that
// is one of on.
func (c *checker) handsOn(on valueflow.Origins) bool {
	is := func(v ssa.Value) bool {
		if mi, ok := v.(*ssa.MakeInterface); ok {
			v = mi.X
		}
		_, ok := v.Type().Underlying().(*types.Chan)
		return ok && c.x.Origins(v).Meets(on)
	}
	for _, f := range c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case ssa.CallInstruction:
					if _, builtin := i.Common().Value.(*ssa.Builtin); builtin || c.x.HasBody(i) {
						continue
					}
					for _, a := range i.Common().Args {
						if is(a) {
							return true
						}
					}
				case *ssa.Return:
					for _, r := range i.Results {
						if is(r) && exportedFunc(f) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

func exportedFunc(f *ssa.Function) bool { return f.Object() == nil || f.Object().Exported() }

// callersOf collects f and what may call it in its own goroutine.
func (c *checker) callersOf(f *ssa.Function, into map[*ssa.Function]bool, depth int) {
	if into[f] || depth > 4 {
		return
	}
	into[f] = true
	for _, call := range c.x.Callers(f) {
		if _, spawned := call.(*ssa.Go); !spawned {
			c.callersOf(call.Parent(), into, depth+1)
		}
	}
}

// locks reports whether f itself waits for a lock.
func locks(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if _, ok := apimodel.Find(valueflow.Callee(call), apimodel.BlockLock); ok {
					return true
				}
			}
		}
	}
	return false
}
