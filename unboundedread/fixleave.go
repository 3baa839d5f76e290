package unboundedread

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/streams"
)

// mayLeave reports whether a return at the statement leaves nothing behind:
// nothing that comes after it, and nothing that the function does elsewhere
// before it returns an error, closes, unlocks or gives back.
func (s *site) mayLeave() bool {
	for _, n := range s.Path[1:] {
		for _, st := range inscope.Statements(n) {
			if test, ok := st.(*ast.IfStmt); ok {
				if s.testsError(test) && inscope.LeavesBlock(test.Body) && releases(test.Body) {
					return false
				}
				continue
			}
			if st.Pos() > s.Stmt.Pos() && releases(st) {
				return false
			}
		}
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return true
		}
	}
	return true
}

// returnsError reports whether the last result of the function is an error.
func (s *site) returnsError() bool {
	if s.ReturnsNothing() {
		return false
	}
	fs := s.Type.Results.List
	return inscope.IsErrorType(s.Info().TypeOf(fs[len(fs)-1].Type))
}

// afterCheck returns the statement behind the read that leaves for its error,
// and does nothing else, or the read itself.
func (s *site) afterCheck() ast.Stmt {
	i := slices.Index(s.List, s.Stmt)
	if i < 0 || i+1 == len(s.List) {
		return s.Stmt
	}
	next, ok := s.List[i+1].(*ast.IfStmt)
	if ok && next.Init == nil && next.Else == nil && inscope.LeavesBlock(next.Body) && !releases(next.Body) {
		if cmp, ok := next.Cond.(*ast.BinaryExpr); ok && cmp.Op == token.NEQ {
			return next
		}
	}
	return s.Stmt
}

// testsError reports whether the condition asks for an error.
func (s *site) testsError(st *ast.IfStmt) bool {
	found := false
	ast.Inspect(st.Cond, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			obj := s.Info().ObjectOf(id)
			found = found || obj != nil && obj.Type() != nil && inscope.IsErrorType(obj.Type())
		}
		return !found
	})
	return found
}

// diesOfError reports whether what looks at the error of the call, right behind
// it, ends the program. One that only asks another server may do so.
func (s *site) diesOfError() bool {
	if s.v.source.Kind == streams.Answer {
		return false
	}
	test, ok := s.Stmt.(*ast.IfStmt)
	if i := slices.Index(s.List, s.Stmt) + 1; !ok && i > 0 && i < len(s.List) {
		test, ok = s.List[i].(*ast.IfStmt)
	}
	return ok && s.testsError(test) && calls(test.Body, ending)
}

// releases reports whether n itself, not a goroutine or deferred call in it,
// closes, unlocks or gives back anything, going by the names of what it calls.
func releases(n ast.Node) bool { return calls(n, releasing) }

// calls reports whether n itself calls anything whose name begins in one of the
// ways.
func calls(n ast.Node, names []string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			name := ""
			switch f := ast.Unparen(n.Fun).(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			found = found || slices.ContainsFunc(names, func(r string) bool {
				return strings.HasPrefix(strings.ToLower(name), r)
			})
		}
		return !found
	})
	return found
}

// releasing are what names of functions that give something back begin with.
var releasing = []string{"abort", "cancel", "close", "done", "free", "put", "release", "remove", "rollback", "runlock", "shutdown", "stop", "unlock"}

// ending are what names of functions that end the program begin with.
var ending = []string{"exit", "fatal", "panic"}
