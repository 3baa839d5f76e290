package unboundedqueue

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// nextRound drops the datagram of a sender that is not in the map yet when the
// map is full, and goes on with the next one: a datagram may be lost anyway.
// What was made for the entry must be mere memory by then, and no lock held.
func (s *site) nextRound(m, named, isNew, limit, what string) []analysis.SuggestedFix {
	if !s.fx.c.sourceAddress(s.v.op.Key) || !s.inLoop() || !s.justMade() || len(s.held(s.Body, s.Stmt.Pos(), false)) > 0 {
		return nil
	}
	var es inscope.Edits
	name := s.declare(&es, m, limit, what)
	s.before(&es, named, isNew+name+" {", "\tcontinue // one more sender has to wait until there is room", "}")
	return es.As("drop datagrams of new senders when " + m + " is full")
}

// inLoop reports whether a continue in place of the statement goes on with the
// loop that receives: it is a for statement, the innermost loop around, in the
// function that has the driver.
func (s *site) inLoop() bool {
	if d := s.v.driver; d == nil || d.Loop == nil || len(d.Chain) != 1 {
		return false
	}
	for _, n := range s.Path {
		switch n.(type) {
		case *ast.ForStmt:
			return true
		case *ast.RangeStmt, *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return false
}

// justMade reports whether the value that is stored is a composite literal,
// here or in a statement of the same list before.
func (s *site) justMade() bool {
	st, ok := s.Stmt.(*ast.AssignStmt)
	if !ok || len(st.Rhs) != 1 {
		return false
	}
	if isLiteral(st.Rhs[0]) {
		return true
	}
	obj := s.Object(st.Rhs[0])
	if obj == nil {
		return false
	}
	made := false
	for _, before := range s.List {
		if before == s.Stmt {
			break
		}
		as, ok := before.(*ast.AssignStmt)
		if !ok || len(as.Lhs) != 1 || len(as.Rhs) != 1 {
			return false // anything may have happened to it
		}
		if s.Object(as.Lhs[0]) == obj {
			made = isLiteral(as.Rhs[0])
		}
	}
	return made
}

// isLiteral reports whether e is T{...} or &T{...}.
func isLiteral(e ast.Expr) bool {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	_, ok := e.(*ast.CompositeLit)
	return ok
}
