package unboundedread

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// check compares the length with a limit before room is made for it.
func (s *site) check() []analysis.SuggestedFix {
	n := s.length()
	if n == nil || !s.Evaluable(n, s.Stmt.Pos()) {
		return nil
	}
	errs, edits, ok := s.Import("errors")
	if !ok {
		return nil
	}
	ret, ok := s.ReturnWith(errs + ".New(\"declared length is too large\")")
	if !ok || ret == "return" {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Length", "1 << 20")
	a.AddAll(edits, true)
	cond := fmt.Sprintf("%s > %s", s.Src.Node(n), limit)
	if signed(s.Info().TypeOf(n)) {
		cond = fmt.Sprintf("%s < 0 || %s", s.Src.Node(n), cond) // make panics for it
	}
	a.Add(s.Src.Before(s.Stmt, "if "+cond+" {", "\t"+ret, "}"))
	return a.As("refuse lengths above " + limit)
}

func signed(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && b.Info()&types.IsUnsigned == 0
}

// length returns the variable that the allocation is sized by.
func (s *site) length() (n ast.Expr) {
	if len(s.call.Args) == 0 {
		return nil
	}
	e := ast.Unparen(s.call.Args[len(s.call.Args)-1])
	if c, ok := e.(*ast.CallExpr); ok && len(c.Args) == 1 && s.Info().Types[c.Fun].IsType() {
		e = ast.Unparen(c.Args[0]) // int(n)
	}
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		if _, ok := e.X.(*ast.Ident); ok {
			return e
		}
	}
	return nil
}
