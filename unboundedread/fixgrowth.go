package unboundedread

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// growth compares how much there is with a limit before a loop adds to it.
func (s *site) growth() []analysis.SuggestedFix {
	size := s.grown()
	if size == "" {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Bytes", "1 << 20")
	lines, ok := s.refuse(&a, s.tooMany("1 << 20"))
	if !ok || !s.mayLeave() {
		return nil
	}
	a.Add(s.Src.Before(s.Stmt, append(append([]string{"if " + size + " > " + limit + " {"}, lines...), "}")...))
	return a.As("stop at a limit, and fail for more")
}

// grown returns how large the statement makes the buffer, "" where that is
// not simple to say.
func (s *site) grown() string {
	args := s.call.Args
	switch st := s.Stmt.(type) {
	case *ast.AssignStmt:
		if len(st.Rhs) != 1 || ast.Unparen(st.Rhs[0]) != s.call || len(st.Lhs) != 1 {
			return ""
		}
		if s.builtin(s.call, "make") {
			if n := args[len(args)-1]; len(args) > 1 && s.steady(n) {
				return s.Src.Node(n)
			}
			return ""
		}
		if s.builtin(s.call, "append") && len(args) == 2 && s.call.Ellipsis.IsValid() && s.steady(args[0]) {
			return "len(" + s.Src.Node(args[0]) + ")+" + s.count(args[1])
		}
	case *ast.ExprStmt:
		sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
		if !ok || len(args) != 1 || !s.steady(sel.X) {
			return ""
		}
		obj, _, _ := types.LookupFieldOrMethod(s.Info().TypeOf(sel.X), true, s.fx.Pass.Pkg, "Len")
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Params().Len() == 0 {
			return s.Src.Node(sel.X) + ".Len()+" + s.count(args[0])
		}
	}
	return ""
}

// builtin reports whether the call is one of the builtin function.
func (s *site) builtin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = s.Info().ObjectOf(id).(*types.Builtin)
	return ok
}

// count returns how long the slice or string is.
func (s *site) count(e ast.Expr) string {
	if c, ok := ast.Unparen(e).(*ast.CallExpr); ok && len(c.Args) == 1 && s.Info().Types[c.Fun].IsType() {
		return s.count(c.Args[0]) // string(piece)
	}
	if sl, ok := ast.Unparen(e).(*ast.SliceExpr); ok && sl.Low == nil && sl.High != nil && !sl.Slice3 && repeatable(sl.High) {
		return s.Src.Node(sl.High)
	}
	return "len(" + s.Src.Node(e) + ")"
}

// steady reports whether e means the same when it is evaluated twice:
// variables, their fields, their lengths, and what is computed of them.
func (s *site) steady(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return e.Op != token.QUO && e.Op != token.REM && s.steady(e.X) && s.steady(e.Y)
	case *ast.CallExpr:
		id, ok := ast.Unparen(e.Fun).(*ast.Ident)
		if !ok || len(e.Args) != 1 || !s.steady(e.Args[0]) {
			return false
		}
		_, builtin := s.Info().ObjectOf(id).(*types.Builtin)
		return builtin && (id.Name == "len" || id.Name == "cap") || s.Info().Types[e.Fun].IsType()
	}
	return repeatable(e)
}
