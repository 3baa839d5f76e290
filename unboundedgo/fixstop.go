package unboundedgo

import (
	"go/ast"
	"slices"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// leave returns the lines that leave the function early: what it waits for
// at its end, if anything, and a return with fitting results. ok is false if
// that could skip something or if the results are not known.
func (s *site) leave(st inscope.Stop) (lines []string, ok bool) {
	wait, ok := s.joinBeforeLeaving()
	if !ok {
		return nil, false
	}
	if wait != "" {
		lines = append(lines, wait)
	}
	if st.Ret != "" {
		return append(lines, st.Ret), true
	}
	ret, ok := s.ReturnWith(st.Err)
	return append(lines, ret), ok
}

// joinBeforeLeaving returns the statement behind the loop that waits for the
// goroutines, "" when there is none and the function may return from inside
// the loop. ok is false when it may not: something else comes after.
func (s *site) joinBeforeLeaving() (wait string, ok bool) {
	if s.loop == nil {
		return "", true
	}
	after := s.afterLoop()
	if len(after) == 0 {
		return "", true
	}
	if x, ok := after[0].(*ast.ExprStmt); ok {
		if call, ok := x.X.(*ast.CallExpr); ok && len(call.Args) == 0 {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Wait" && s.IsClass(sel.X, apimodel.WaitGroup) &&
				s.Evaluable(sel.X, s.Stmt.Pos()) {
				return s.Src.Node(x), true
			}
		}
	}
	if _, ret := after[0].(*ast.ReturnStmt); ret {
		return "", true
	}
	return "", s.returnsInLoop()
}

// afterLoop returns the statements behind the loop in its block.
func (s *site) afterLoop() []ast.Stmt {
	for i, n := range s.Path {
		if n == s.loop && i+1 < len(s.Path) {
			list := inscope.Statements(s.Path[i+1])
			return list[slices.Index(list, s.loop)+1:]
		}
	}
	return nil
}

// returnsInLoop reports whether the function returns from inside the loop
// already.
func (s *site) returnsInLoop() bool {
	found := false
	ast.Inspect(s.loop, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return n.Pos() <= s.Stmt.Pos() && s.Stmt.End() <= n.End() && false
		case *ast.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}
