package semwait

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// readLimit is how long a read may take, where the package does not say.
var readLimit = inscope.TimeLimit{
	Verb: "read",
	Not:  []string{"header", "ready", "thread", "spread"},
	Doc:  []string{"is how long a peer may send nothing while it is read from.", "Tune it to the longest that the protocol lets one be silent."},
	Time: "60 * %.Second",
}

// A readFixer gives the reads of one connection a deadline each. A deadline
// stays until the next one is set: a read that gets none would end with that
// of another, so all get one, or none does.
type readFixer struct {
	c    *checker
	a    *acquire
	file *ast.File
	on   valueflow.Origins // where the connection comes from
	es   inscope.Edits

	done    map[ssa.CallInstruction]bool
	wrapped map[ssa.Value]bool // readers that set their deadlines themselves
}

// timeReads sets a deadline before each read of the connection that f is
// about. It is not offered where somebody else writes to the connection: then
// a peer that is silent may be one that listens.
func (c *checker) timeReads(file *ast.File, f finding) []analysis.SuggestedFix {
	x := &readFixer{
		c: c, a: f.acquire, file: file, on: c.x.Origins(f.conn),
		done: map[ssa.CallInstruction]bool{}, wrapped: map[ssa.Value]bool{},
	}
	reads := x.reads()
	if reads == nil || x.strangers(reads) {
		return nil
	}
	for _, r := range reads {
		if x.needsReader(r) && !x.useReader(r) {
			return nil
		}
	}
	for _, r := range reads {
		if !x.covered(r) && !x.setBefore(r, 0) {
			return nil
		}
	}
	return x.es.As("set a read deadline")
}

// reads returns the calls of the package that read from the connection, nil
// where there may be more: it is handed to code that is not seen.
func (x *readFixer) reads() (rs []ssa.CallInstruction) {
	for _, f := range x.c.x.Funcs {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				call, ok := i.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if v := x.c.readsDirectly(call); v != nil && x.c.x.Origins(v).Meets(x.on) {
					rs = append(rs, call)
				} else if x.handsAway(call) {
					return nil
				}
			}
		}
	}
	return rs
}

// at returns the syntax of the call and the statement it is in.
func (x *readFixer) at(r ssa.CallInstruction) (*ast.CallExpr, *inscope.Point, bool) {
	if x.c.rep.File(r.Pos()) != x.file {
		return nil, nil, false
	}
	path := pathTo(x.file, r.Pos())
	call := callAt(path, r.Pos())
	if call == nil {
		return nil, nil, false
	}
	p, ok := x.c.scope.At(x.file, call)
	return call, p, ok
}

// setBefore sets a deadline before r or, where the connection has no name
// there, before the calls of its function.
func (x *readFixer) setBefore(r ssa.CallInstruction, depth int) bool {
	if x.done[r] {
		return true
	}
	x.done[r] = true
	call, p, ok := x.at(r)
	if !ok {
		return false
	}
	conn := x.connAt(p, r, call)
	if conn == "" {
		callers := x.c.x.Callers(r.Parent())
		if len(callers) == 0 || depth == maxReadDepth {
			return false
		}
		return !slices.ContainsFunc(callers, func(up ssa.CallInstruction) bool { return !x.setBefore(up, depth+1) })
	}
	if !p.Once(call) || p.Alone() && len(x.c.x.StaticBodies(r)) > 0 {
		return false // a function that is left out closes no connection
	}
	tm, imports, ok := p.Import("time")
	if !ok {
		return false
	}
	var decl inscope.Edits
	set := conn + ".SetReadDeadline(" + tm + ".Now().Add(" + readLimit.Constant(p, &decl, tm) + "))"
	if !p.Guard(&x.es, call, set, x.free(r) && !closedLater(p, conn)) {
		return false
	}
	x.es.AddAll(decl.List, !decl.Failed)
	x.es.AddAll(imports, true)
	return true
}

// free reports whether the function of r may be left there: it holds no lock,
// and no slot that only later code gives back.
func (x *readFixer) free(r ssa.CallInstruction) bool {
	if slices.ContainsFunc(x.c.heldLocks(r), func(l *ssa.Call) bool { return !x.c.unlocksLater(l) }) {
		return false
	}
	return r.Parent() != x.a.fn || !slices.ContainsFunc(x.a.releases, func(i ssa.Instruction) bool {
		switch i.(type) {
		case *ssa.Defer, *ssa.Go, *ssa.MakeClosure:
			return false
		}
		return flowgraph.Dominates(x.a.op.Instr, r)
	})
}

// closedLater reports whether a statement behind p closes the connection.
func closedLater(p *inscope.Point, conn string) bool {
	found := false
	ast.Inspect(p.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			found = found || ok && n.Pos() > p.Stmt.Pos() && sel.Sel.Name == "Close" && types.ExprString(sel.X) == conn
		}
		return !found
	})
	return found
}
