package semwait

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// deferRelease gives the slot back in a defer instead of where the function
// does: on every path, and when it panics. It is offered where nothing is
// waited for between the old release and the return, so that the slot is not
// held longer.
func (c *checker) deferRelease(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	a := f.acquire
	if c.finder.Forest(a.fn).Innermost(a.op.Instr.Block()) != nil {
		return nil // a defer would wait for the end of the loop
	}
	taken := statementOf(path, f.pos)
	if taken == nil {
		return nil
	}
	p, ok := c.scope.At(file, taken)
	if !ok || p.Stmt != taken || !p.Src.StartsLine(taken.Pos()) {
		return nil
	}
	var es inscope.Edits
	text := ""
	for _, r := range a.releases {
		st := releaseAt(file, r.Pos())
		if st == nil || !c.lastThing(r) || p.Src.Line(st.Pos()) != p.Src.Line(st.End()) {
			return nil
		}
		was := p.Src.Text(st.Pos(), st.End())
		if text != "" && was != text {
			return nil
		}
		text = was
		es.Add(p.Src.Delete(st, false))
	}
	if text == "" {
		return nil
	}
	if _, isCall := a.releases[0].(*ssa.Call); !isCall {
		text = "func() { " + text + " }()"
	}
	es.Add(p.Src.After(taken, "defer "+text))
	return es.As("give the slot back in a defer")
}

// statementOf returns the statement behind which the slot is held for sure:
// a send or receive, a call that returns nothing, a select all other arms of which leave, or an if that
// leaves when the acquire failed.
func statementOf(path []ast.Node, pos token.Pos) ast.Stmt {
	if op := operation(path, pos); op != nil {
		for n, x := range path {
			if x == op && n+1 < len(path) {
				if _, inSelect := path[n+1].(*ast.CommClause); inSelect {
					return nil
				}
			}
		}
		return op
	}
	for _, n := range path {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok && call.Lparen == pos {
				return n
			}
			return nil
		case *ast.SelectStmt:
			if n.Select != pos {
				return nil
			}
			stays := 0
			for _, cl := range n.Body.List {
				if !inscope.LeavesList(cl.(*ast.CommClause).Body) {
					stays++
				}
			}
			if stays == 1 {
				return n
			}
			return nil
		case *ast.IfStmt:
			if n.Else == nil && inscope.LeavesBlock(n.Body) && inscope.Contains(orInit(n), pos) {
				return n
			}
			return nil
		case *ast.BlockStmt:
			return nil
		}
	}
	return nil
}

func orInit(n *ast.IfStmt) ast.Node {
	if n.Init != nil {
		return n.Init
	}
	return n.Cond
}

// releaseAt returns the statement that the release at pos is, nil if it is
// more than a release.
func releaseAt(file *ast.File, pos token.Pos) ast.Stmt {
	var found ast.Stmt
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			switch x := ast.Unparen(n.X).(type) {
			case *ast.UnaryExpr:
				if x.OpPos == pos {
					found = n
				}
			case *ast.CallExpr:
				if x.Lparen == pos {
					found = n
				}
			}
		case *ast.SendStmt:
			if n.Arrow == pos {
				found = n
			}
		}
		return found == nil
	})
	return found
}

// lastThing reports whether the function waits for nothing between r and its
// return.
func (c *checker) lastThing(r ssa.Instruction) bool {
	switch r.(type) {
	case *ssa.UnOp, *ssa.Send, *ssa.Call:
	default:
		return false
	}
	seen := map[*ssa.BasicBlock]bool{}
	var ends func(b *ssa.BasicBlock, from int) bool
	ends = func(b *ssa.BasicBlock, from int) bool {
		for _, i := range b.Instrs[from:] {
			if c.eff.WaitsAt(i) != effects.Never {
				return false
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if !ends(s, 0) {
					return false
				}
			}
		}
		return true
	}
	from := 0
	for n, i := range r.Block().Instrs {
		if i == r {
			from = n + 1
		}
	}
	return ends(r.Block(), from)
}
