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
	conn, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok {
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
	if !ok || !p.Evaluable(conn, at.Pos()) {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Message", "1 << 20")
	a.Add(s.Src.Before(at, fmt.Sprintf("%s.SetReadLimit(%s)", conn.Name, limit)))
	return a.As("limit messages to " + limit)
}
