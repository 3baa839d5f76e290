package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// releaseInside moves the release of a slot from the spawner into the
// goroutine.
func (s *site) releaseInside() []analysis.SuggestedFix {
	at := s.v.limit.At
	if at == nil || !s.canRelease() {
		return nil
	}
	n, from := slices.Index(s.list, s.stmt), -1
	var sem ast.Expr
	for i, st := range s.list[:n] {
		if contains(st, at.Pos()) {
			sem, from = takenIn(st, at.Pos()), i
		}
	}
	if sem == nil || !s.evaluable(sem, s.stmt.Pos()) {
		return nil
	}
	var give ast.Stmt
	var done string
	for i, st := range s.list[from+1:] {
		i += from + 1
		if d := s.gives(st, types.ExprString(sem)); d != "" {
			if give != nil {
				return nil
			}
			give, done = st, d
		} else if exits(st) && (i < n || give == nil) {
			return nil // leaves with the slot
		}
	}
	if give == nil {
		return nil
	}
	var a all
	a.add(s.src.Delete(give, true))
	a.addAll(s.release(done))
	return a.as("release " + s.src.Node(sem) + " in the goroutine")
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
			if contains(n, pos) {
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
			return giveBack(s.src.Node(e.X))
		}
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok || types.ExprString(sel.X) != sem {
			return ""
		}
		fn, _ := s.info().ObjectOf(sel.Sel).(*types.Func)
		if _, releases := apimodel.Find(fn, apimodel.Release); releases && !slices.ContainsFunc(e.Args, func(a ast.Expr) bool { return s.info().Types[a].Value == nil }) {
			return "defer " + s.src.Node(e)
		}
	}
	return ""
}
