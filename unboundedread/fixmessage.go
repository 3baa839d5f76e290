package unboundedread

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// readLimit sets the read limit of a connection of messages before its
// messages are read.
func (s *site) readLimit() []analysis.SuggestedFix {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok || !s.handlesError() {
		return nil
	}
	conn := ast.Unparen(sel.X)
	if !repeatable(conn) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(s.Info().TypeOf(conn), true, s.fx.Pass.Pkg, "SetReadLimit")
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	if _, ok := apimodel.Find(fn, apimodel.LimitRead); !ok {
		return nil
	}
	at := ast.Node(s.Stmt)
	for _, n := range s.Path {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
		case *ast.ForStmt, *ast.RangeStmt:
			at = n
			continue
		default:
			continue
		}
		break
	}
	p, ok := s.fx.At(s.file, at)
	if !ok || !p.Evaluable(conn, at.Pos()) || s.assigned(at, conn) {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Message", "1 << 20")
	a.Add(s.Src.Before(at, fmt.Sprintf("%s.SetReadLimit(%s)", s.Src.Node(conn), limit)))
	return a.As("limit messages")
}

// assigned reports whether anything in n is assigned to the variable or field
// e, or to one that it is a part of.
func (s *site) assigned(n ast.Node, e ast.Expr) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok {
			return !found
		}
		for _, l := range as.Lhs {
			for x := e; ; {
				found = found || s.Src.Node(l) == s.Src.Node(x)
				sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
				if !ok {
					break
				}
				x = sel.X
			}
		}
		return !found
	})
	return found
}
