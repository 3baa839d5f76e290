package unboundedread

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// check compares the length with a limit before room is made for it.
func (s *site) check() []analysis.SuggestedFix {
	n := s.length()
	if n == nil || !s.Evaluable(n, s.Stmt.Pos()) {
		return nil
	}
	var a inscope.Edits
	limit, size := s.constant(&a, "Length", "1 << 20"), s.Src.Node(n)
	var lines []string
	if !repeatable(n) {
		if b, ok := s.Info().TypeOf(n).Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 || !s.comesFirst(n) {
			return nil
		}
		size = s.fx.LocalName(s.Decl, "n", "size", "length")
		lines = append(lines, size+" := "+s.Src.Node(n))
		a.Add(edit.Replace(n, size), true)
	}
	leave, ok := s.refuse(&a, "declared length is too large")
	if !ok || !s.mayLeave() {
		return nil
	}
	cond := fmt.Sprintf("%s > %s", size, limit)
	if signed(s.Info().TypeOf(n)) {
		cond = fmt.Sprintf("%s < 0 || %s", size, cond) // make panics for it
	}
	lines = append(append(append(lines, "if "+cond+" {"), leave...), "}")
	a.Add(s.Src.Before(s.Stmt, lines...))
	return a.As("refuse lengths above a limit")
}

func signed(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && b.Info()&types.IsUnsigned == 0
}

// length returns what the allocation is sized by: the last argument that is
// no constant, without conversions, and what is added to it that is there already.
func (s *site) length() ast.Expr {
	for i := len(s.call.Args) - 1; i >= 0; i-- {
		tv := s.Info().Types[s.call.Args[i]]
		if tv.Value != nil || tv.Type == nil {
			continue
		}
		if b, ok := tv.Type.Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
			return nil
		}
		return s.bare(s.call.Args[i])
	}
	return nil
}

// bare returns the number that e is made of, nil where there are several.
func (s *site) bare(e ast.Expr) ast.Expr {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if len(x.Args) == 1 && s.Info().Types[x.Fun].IsType() {
			return s.bare(x.Args[0]) // int(n)
		}
		return x
	case *ast.BinaryExpr:
		switch {
		case x.Op != token.ADD && x.Op != token.MUL:
			return nil
		case s.given(x.Y):
			return s.bare(x.X) // n+2
		case s.given(x.X):
			return s.bare(x.Y)
		}
		return nil
	case *ast.Ident, *ast.SelectorExpr:
		if repeatable(x) {
			return x
		}
	}
	return nil
}

// given reports whether e is no larger than what is in memory already: a
// constant, the length of something.
func (s *site) given(e ast.Expr) bool {
	if c, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		return s.builtin(c, "len")
	}
	return s.Info().Types[e].Value != nil
}

// comesFirst reports whether the statement calls nothing before n, which can
// be evaluated before the statement.
func (s *site) comesFirst(n ast.Expr) bool {
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		for _, l := range st.Lhs {
			if _, ok := l.(*ast.Ident); !ok {
				return false
			}
		}
	case *ast.ReturnStmt, *ast.ExprStmt:
	default:
		return false
	}
	first := true
	ast.Inspect(s.Stmt, func(o ast.Node) bool {
		switch o := o.(type) {
		case *ast.CallExpr:
			// Calls around it come later, and conversions do nothing.
			first = first && (o.Pos() >= n.Pos() || inscope.Contains(o, n.Pos()) || s.Info().Types[o.Fun].IsType())
		case *ast.UnaryExpr:
			first = first && o.Op != token.ARROW
		case *ast.BinaryExpr:
			first = first && o.Op != token.LAND && o.Op != token.LOR
		case *ast.FuncLit:
			return false
		}
		return first
	})
	return first
}
