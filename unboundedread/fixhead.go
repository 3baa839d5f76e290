package unboundedread

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// limitHead limits what a library reads up to a delimiter, the head of a
// message, and lifts the limit behind it: what follows is no part of
// it. net/http's server does the same.
func (s *site) limitHead() []analysis.SuggestedFix {
	st, ok := s.Stmt.(*ast.AssignStmt)
	if !ok || len(st.Rhs) != 1 || ast.Unparen(st.Rhs[0]) != s.call || !s.endsOnError() {
		return nil
	}
	if _, noticed := apimodel.Find(s.v.site.Fn, apimodel.Delimits); !noticed {
		return nil
	}
	made, arg := s.buffered()
	if arg == nil || strings.Contains(s.Src.Node(arg), "\n") {
		return nil
	}
	at := s.Point
	if made != nil {
		if at, ok = s.fx.At(s.file, made); !ok || at.Stmt != made || at.Body != s.Body {
			return nil
		}
	} else if !s.comesFirst(arg) {
		return nil
	}
	io, ioImports, ok := s.Import("io")
	math, mathImports, ok2 := s.Import("math")
	if !ok || !ok2 {
		return nil
	}
	var a inscope.Edits
	limit := s.constant(&a, "Head", "1 << 20")
	a.AddAll(ioImports, true)
	a.AddAll(mathImports, true)
	head := s.fx.LocalName(s.Decl, "head", "limited")
	a.Add(s.Src.Before(at.Stmt, fmt.Sprintf("%s := &%s.LimitedReader{R: %s, N: %s}", head, io, s.Src.Node(arg), limit)))
	a.Add(edit.Replace(arg, head), true)
	if made != nil && s.again(made) {
		a.Add(s.Src.Before(s.Stmt, head+".N = "+limit))
	}
	a.Add(s.Src.After(s.Stmt, head+".N = "+math+".MaxInt64"))
	return a.As("fail for heads above a limit")
}

// buffered returns what the buffer reads from that the call reads from, and
// the statement that makes the buffer, nil for the one of the call. It returns
// no argument where something else may read up to a delimiter from the buffer:
// it would have no limit.
func (s *site) buffered() (made *ast.AssignStmt, arg ast.Expr) {
	exprs := s.call.Args
	if sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr); ok && s.Info().Selections[sel] != nil {
		exprs = []ast.Expr{sel.X}
	}
	for _, e := range exprs {
		if made, arg = s.bufferOf(e, 0); arg != nil {
			return made, arg
		}
	}
	return nil, nil
}

func (s *site) bufferOf(e ast.Expr, depth int) (made *ast.AssignStmt, arg ast.Expr) {
	if depth > 3 {
		return nil, nil
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		fn := s.callee(e)
		row, ok := apimodel.Find(fn, apimodel.Wrap)
		if !ok || row.Arg < 0 || row.Arg >= len(e.Args) || row.Arg >= fn.Signature().Params().Len() {
			return nil, nil
		}
		slices, _, _ := types.LookupFieldOrMethod(s.Info().TypeOf(e), true, s.fx.Pass.Pkg, "ReadSlice")
		if readsOnly(fn.Signature().Params().At(row.Arg).Type()) && slices != nil {
			return nil, e.Args[row.Arg]
		}
		return s.bufferOf(e.Args[row.Arg], depth+1)
	case *ast.Ident:
		decl := s.madeBy(e)
		if decl == nil || decl.Tok != token.DEFINE || len(decl.Lhs) != 1 || !s.onlyHere(e) {
			return nil, nil
		}
		if made, arg = s.bufferOf(decl.Rhs[0], depth+1); made == nil {
			made = decl
		}
		return made, arg
	}
	return nil, nil
}

// onlyHere reports whether the variable is used in the call and what makes
// another reader of it, and nowhere else but for methods that read no line.
func (s *site) onlyHere(v *ast.Ident) bool {
	obj := s.Object(v)
	uses, known := 0, 0
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && s.Object(sel.X) == obj {
				if _, line := apimodel.Find(s.callee(n), apimodel.ReadLine); !line || n == s.call {
					known++
				}
			}
			for _, a := range n.Args {
				_, wraps := apimodel.Find(s.callee(n), apimodel.Wrap)
				if s.Object(a) == obj && (n == s.call || wraps) {
					known++
				}
			}
		case *ast.Ident:
			if s.Info().Uses[n] == obj {
				uses++
			}
		}
		return true
	})
	return obj != nil && uses == known
}

// callee returns the function that is called by name, nil for others.
func (s *site) callee(call *ast.CallExpr) (fn *types.Func) {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		fn, _ = s.Info().Uses[f.Sel].(*types.Func)
	case *ast.Ident:
		fn, _ = s.Info().Uses[f].(*types.Func)
	}
	return fn
}
