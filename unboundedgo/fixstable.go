package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// stableFunc reports whether a function expression means the same function
// with the same receiver when the goroutine runs.
func (s *site) stableFunc(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := s.Info().ObjectOf(e)
		if _, fn := obj.(*types.Func); fn {
			return true
		}
		return s.stable(e)
	case *ast.IndexExpr:
		return s.stableFunc(e.X) && s.Info().Types[e.Index].IsType()
	case *ast.IndexListExpr:
		return s.stableFunc(e.X)
	case *ast.SelectorExpr:
		if _, ok := s.Info().ObjectOf(e.Sel).(*types.Func); !ok {
			return false // a function in a field
		}
		m, ok := s.Info().Selections[e]
		if !ok {
			return true // of another package
		}
		if m.Kind() == types.MethodExpr {
			return true
		}
		recv := m.Obj().(*types.Func).Signature().Recv()
		if _, ptr := types.Unalias(recv.Type()).(*types.Pointer); ptr {
			id, isIdent := ast.Unparen(e.X).(*ast.Ident)
			return isIdent && s.keeps(s.Info().ObjectOf(id)) && (len(m.Index()) == 1 || !embeddedPointer(m))
		}
		return s.stable(e.X) && len(m.Index()) == 1
	}
	return false
}

// embeddedPointer reports whether the way to the method leads through a
// pointer or interface that could be replaced.
func embeddedPointer(m *types.Selection) bool {
	t := m.Recv()
	for _, i := range m.Index()[:len(m.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
		if _, isStruct := t.Underlying().(*types.Struct); !isStruct {
			return true
		}
	}
	return false
}

// stable reports whether e has the same value when the goroutine runs as it
// has when it is started.
func (s *site) stable(e ast.Expr) bool {
	if tv := s.Info().Types[e]; tv.Value != nil || tv.IsNil() {
		return true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		obj := s.Info().ObjectOf(e)
		if _, fn := obj.(*types.Func); fn {
			return true
		}
		if !s.keeps(obj) {
			return false
		}
		switch obj.Type().Underlying().(type) {
		case *types.Struct, *types.Array:
			return !s.mentionedLater(obj)
		}
		return true
	case *ast.FuncLit:
		return true
	case *ast.UnaryExpr:
		id, ok := ast.Unparen(e.X).(*ast.Ident)
		return ok && e.Op == token.AND && s.freshEachTime(s.Info().ObjectOf(id))
	}
	return false
}

// keeps reports whether the variable is not assigned to after the spawn.
func (s *site) keeps(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Parent() == s.fx.Pass.Pkg.Scope() {
		return false
	}
	if !s.roundsOwnVariables() && s.isLoopVariable(v) {
		return false // the next round gives it another value
	}
	from := s.Stmt.Pos()
	if s.loop != nil && !s.freshEachTime(obj) {
		from = s.loop.Pos() // the next round comes after the spawn
	}
	kept := true
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		var to []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			to = n.Lhs
		case *ast.IncDecStmt:
			if f, ok := s.inner.(*ast.ForStmt); ok && f.Post == n && s.freshEachTime(obj) {
				return true // changes the next round's copy
			}
			to = []ast.Expr{n.X}
		case *ast.RangeStmt:
			to = []ast.Expr{n.Key, n.Value}
		case *ast.UnaryExpr:
			if n.Op == token.AND && s.Object(n.X) == obj {
				kept = false
			}
		}
		for _, e := range to {
			if e == nil {
				continue
			}
			id, ok := ast.Unparen(e).(*ast.Ident)
			if !ok || s.Info().Uses[id] != obj {
				continue // defines it, or another one
			}
			if n.Pos() >= from || s.inLiteral(n.Pos(), v) {
				kept = false
			}
		}
		return kept
	})
	return kept
}

// inLiteral reports whether pos is in a function literal that is not around
// the variable's declaration: when it runs cannot be told.
func (s *site) inLiteral(pos token.Pos, v *types.Var) bool {
	in := false
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && inscope.Contains(lit, pos) && !inscope.Contains(lit, v.Pos()) && !inscope.Contains(lit, s.Stmt.Pos()) {
			in = true
		}
		return !in
	})
	return in
}

// freshEachTime reports whether each round of the innermost loop has a
// variable of its own.
func (s *site) freshEachTime(obj types.Object) bool {
	if obj == nil || s.inner == nil || !inscope.Contains(s.inner, obj.Pos()) {
		return false
	}
	var body *ast.BlockStmt
	switch l := s.inner.(type) {
	case *ast.ForStmt:
		body = l.Body
	case *ast.RangeStmt:
		body = l.Body
	}
	if inscope.Contains(body, obj.Pos()) {
		return true
	}
	return s.roundsOwnVariables()
}

// roundsOwnVariables reports whether each round of a loop has variables of its
// own in the language of the file.
func (s *site) roundsOwnVariables() bool {
	v := s.Info().FileVersions[s.Src.Syntax]
	return v != "" && version.Compare(v, "go1.22") >= 0
}

// isLoopVariable reports whether a loop around the spawn declares the variable
// in its head.
func (s *site) isLoopVariable(v *types.Var) bool {
	found := false
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		var body *ast.BlockStmt
		switch n := n.(type) {
		case *ast.ForStmt:
			body = n.Body
		case *ast.RangeStmt:
			body = n.Body
		default:
			return !found
		}
		found = found || inscope.Contains(n, v.Pos()) && !inscope.Contains(body, v.Pos()) && inscope.Contains(body, s.Stmt.Pos())
		return !found
	})
	return found
}

// mentionedLater reports whether anything after the spawn uses the variable.
func (s *site) mentionedLater(obj types.Object) bool {
	if s.inner != nil && !s.freshEachTime(obj) {
		return true
	}
	found := false
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Pos() > s.Stmt.End() && s.Info().Uses[id] == obj
		return !found
	})
	return found
}
