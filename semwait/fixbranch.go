package semwait

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// releaseBefore gives the slot back in the branches that leave between the
// acquire and the statement that sees to the slot: a go statement, mostly.
func (c *checker) releaseBefore(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	taken := statementOf(path, f.pos)
	if taken == nil {
		return nil
	}
	p, ok := c.scope.At(file, taken)
	if !ok || p.Stmt != taken {
		return nil
	}
	var es inscope.Edits
	from := slices.Index(p.List, taken) + 1
	for n, st := range p.List[from:] {
		switch st := st.(type) {
		case *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt, *ast.ExprStmt:
			release := c.releaseIn(file, st, f.acquire)
			if release == nil {
				if inscope.Exits(st) {
					return nil
				}
				continue
			}
			// Have: all that may leave with the slot is in p.List[from:from+n].
			for _, b := range p.List[from : from+n] {
				if br, ok := b.(*ast.IfStmt); ok && !addRelease(&es, p, br, release) {
					return nil
				}
			}
			if len(es.List) == 0 {
				return nil
			}
			return es.As("give the slot back where the function goes on without it")
		case *ast.IfStmt:
			if inscope.Exits(st) && !leavesAtEnd(st) {
				return nil
			}
		default:
			if inscope.Exits(st) {
				return nil
			}
		}
	}
	return nil
}

// addRelease adds the release to a branch that leaves.
func addRelease(es *inscope.Edits, p *inscope.Point, br *ast.IfStmt, release ast.Node) bool {
	if !leavesAtEnd(br) {
		return true // goes on
	}
	last := br.Body.List[len(br.Body.List)-1]
	if !p.Evaluable(release, last.Pos()) || p.Src.Line(release.Pos()) != p.Src.Line(release.End()) {
		return false
	}
	es.Add(p.Src.Before(last, p.Src.Node(release)))
	return true
}

// leavesAtEnd reports whether the branch leaves with its last statement, and
// nowhere else.
func leavesAtEnd(st *ast.IfStmt) bool {
	if st.Else != nil || !inscope.LeavesBlock(st.Body) {
		return false
	}
	n := len(st.Body.List) - 1
	switch last := st.Body.List[n].(type) {
	case *ast.ReturnStmt:
	case *ast.BranchStmt:
		if last.Tok == token.GOTO {
			return false
		}
	default:
		return false
	}
	return !slices.ContainsFunc(st.Body.List[:n], inscope.Exits)
}

// releaseIn returns what gives back the slot of a in st: a statement, or the
// call that is deferred.
func (c *checker) releaseIn(file *ast.File, st ast.Stmt, a *acquire) ast.Node {
	var at []token.Pos
	for _, r := range a.releases {
		if !inscope.Contains(st, r.Pos()) {
			continue
		}
		at = append(at, r.Pos())
		if s, ok := c.eff.SpawnAt(r); ok {
			for _, f := range s.Bodies {
				at = c.givesIn(a, f, at, 0)
			}
		}
		if d, ok := r.(*ssa.Defer); ok {
			for _, f := range c.x.StaticBodies(d) {
				at = c.givesIn(a, f, at, 0)
			}
		}
	}
	for _, pos := range at {
		if !inscope.Contains(st, pos) {
			continue
		}
		if r := releaseAt(file, pos); r != nil {
			return r
		}
		if call := deferredAt(st, pos); call != nil {
			return call
		}
	}
	return nil
}

// givesIn adds to at where f, or a literal in it, gives back what a took.
func (c *checker) givesIn(a *acquire, f *ssa.Function, at []token.Pos, depth int) []token.Pos {
	for _, g := range c.eff.Of(f).Slots {
		if g.Verb.Undoes(a.op.Verb) && g.On.Meets(a.on) && g.Instr != nil {
			at = append(at, g.Instr.Pos())
		}
	}
	for _, g := range f.AnonFuncs {
		if depth < maxNestedBodies {
			at = c.givesIn(a, g, at, depth+1)
		}
	}
	return at
}

// deferredAt returns the call that is deferred at pos, nil for a literal's.
func deferredAt(in ast.Node, pos token.Pos) *ast.CallExpr {
	var call *ast.CallExpr
	ast.Inspect(in, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok && d.Defer == pos {
			if _, lit := ast.Unparen(d.Call.Fun).(*ast.FuncLit); !lit {
				call = d.Call
			}
		}
		return call == nil
	})
	return call
}
