package unboundedread

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// discard has a read that nobody wants the bytes of keep none of them.
func (s *site) discard() []analysis.SuggestedFix {
	r, ok := s.reading()
	st, isAssign := s.Stmt.(*ast.AssignStmt)
	if i, isIf := s.Stmt.(*ast.IfStmt); isIf {
		st, isAssign = i.Init.(*ast.AssignStmt)
	}
	if !ok || !isAssign || !r.bytes || len(s.call.Args) != 1 || len(st.Lhs) != 2 || !blank(st.Lhs[0]) || ast.Unparen(st.Rhs[0]) != s.call {
		return nil
	}
	io, imports, ok := s.Import("io")
	if !ok {
		return nil
	}
	var a inscope.Edits
	a.AddAll(imports, true)
	text := io + ".Copy(" + io + ".Discard, "
	a.Add(analysis.TextEdit{Pos: s.call.Pos(), End: r.arg.Pos(), NewText: []byte(text)}, true)
	return a.As("read and keep nothing")
}
