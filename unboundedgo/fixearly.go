package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// releaseInside moves the release of a slot from the spawner into the
// goroutine.
func (s *site) releaseInside() []analysis.SuggestedFix {
	at := s.v.limit.At
	if at == nil || !s.canRelease() {
		return nil
	}
	n, from := slices.Index(s.List, s.Stmt), -1
	var sem ast.Expr
	for i, st := range s.List[:n] {
		if inscope.Contains(st, at.Pos()) {
			sem, from = takenIn(st, at.Pos()), i
		}
	}
	if sem == nil || !s.Evaluable(sem, s.Stmt.Pos()) {
		return nil
	}
	var give ast.Stmt
	var done string
	for i, st := range s.List[from+1:] {
		i += from + 1
		if d := s.gives(st, types.ExprString(sem)); d != "" {
			if give != nil {
				return nil
			}
			give, done = st, d
		} else if inscope.Exits(st) && (i < n || give == nil) {
			return nil // leaves with the slot
		}
	}
	if give == nil {
		return nil
	}
	var a inscope.Edits
	a.Add(s.Src.Delete(give, true))
	a.AddAll(s.release(done))
	return a.As("release " + s.Src.Node(sem) + " in the goroutine")
}

// takenIn returns the semaphore of which st takes a slot at pos: by a send,
// or by a method call.
func takenIn(st ast.Stmt, pos token.Pos) (sem ast.Expr) {
	ast.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectStmt:
			if n.Pos() == pos {
				for _, c := range n.Body.List {
					if send, ok := c.(*ast.CommClause).Comm.(*ast.SendStmt); ok {
						sem = send.Chan
					}
				}
			}
		case *ast.SendStmt:
			if inscope.Contains(n, pos) {
				sem = n.Chan
			}
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && n.Lparen == pos {
				sem = sel.X
			}
		}
		return sem == nil
	})
	return sem
}

// gives returns the deferred statement that does what st does if st gives a
// slot of the semaphore back, now or deferred, and does nothing else.
func (s *site) gives(st ast.Stmt, sem string) string {
	if d, ok := st.(*ast.DeferStmt); ok {
		if lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit); ok {
			if len(lit.Body.List) != 1 {
				return ""
			}
			return s.gives(lit.Body.List[0], sem)
		}
		return s.gives(&ast.ExprStmt{X: d.Call}, sem)
	}
	x, ok := st.(*ast.ExprStmt)
	if !ok {
		return ""
	}
	switch e := ast.Unparen(x.X).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.ARROW && types.ExprString(e.X) == sem {
			return giveBack(s.Src.Node(e.X))
		}
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok || types.ExprString(sel.X) != sem {
			return ""
		}
		fn, _ := s.Info().ObjectOf(sel.Sel).(*types.Func)
		if _, releases := apimodel.Find(fn, apimodel.Release); releases && !slices.ContainsFunc(e.Args, func(a ast.Expr) bool { return s.Info().Types[a].Value == nil }) {
			return "defer " + s.Src.Node(e)
		}
	}
	return ""
}
