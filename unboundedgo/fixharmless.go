package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

func (s *site) harmlessAll(list []ast.Stmt) bool {
	return !slices.ContainsFunc(list, func(st ast.Stmt) bool { return !s.harmless(st) })
}

// harmless reports whether nothing that st has done matters once the event
// is given up: it declares variables, checks errors, or does not come back.
func (s *site) harmless(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.DeclStmt, *ast.EmptyStmt:
		return true
	case *ast.IfStmt:
		if st.Init != nil && !s.harmless(st.Init) {
			return false
		}
		return (inscope.LeavesBlock(st.Body) || s.harmlessAll(st.Body.List)) && (st.Else == nil || s.harmless(st.Else))
	case *ast.BlockStmt:
		return inscope.LeavesBlock(st) || s.harmlessAll(st.List)
	case *ast.AssignStmt:
		if s.resets(st) {
			return true
		}
		for i, l := range st.Lhs {
			if len(st.Rhs) == len(st.Lhs) && st.Tok == token.DEFINE && isLiteral(st.Rhs[i]) {
				continue // made, not called
			}
			if !s.givenUp(l, st.Tok) {
				return false
			}
		}
		return !slices.ContainsFunc(st.Rhs, func(e ast.Expr) bool { return !s.harmlessExpr(e) })
	case *ast.ExprStmt:
		return s.harmlessExpr(st.X)
	}
	return false
}

func isLiteral(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.FuncLit)
	return ok
}

// resets reports whether st gives variables constant values: a delay after an
// accept that worked.
func (s *site) resets(st *ast.AssignStmt) bool {
	return st.Tok == token.ASSIGN && !slices.ContainsFunc(st.Lhs, func(e ast.Expr) bool { return defined(e) == nil }) &&
		!slices.ContainsFunc(st.Rhs, func(e ast.Expr) bool { return s.Info().Types[e].Value == nil })
}

// givenUp reports whether a value assigned to l goes away with the event: a
// new variable that holds nothing that must be closed or called.
func (s *site) givenUp(l ast.Expr, tok token.Token) bool {
	id, ok := ast.Unparen(l).(*ast.Ident)
	if !ok {
		return false
	}
	if id.Name == "_" {
		return true
	}
	obj := s.Info().ObjectOf(id)
	if obj == nil || tok != token.DEFINE && !(s.inner != nil && s.inner.Pos() <= obj.Pos()) && !inscope.IsErrorType(obj.Type()) {
		return false
	}
	if u := s.unit(); u != nil && s.Object(u) == obj {
		return true // closed when given up
	}
	if _, isFunc := obj.Type().Underlying().(*types.Signature); isFunc {
		return false // cancel
	}
	return !hasMethod(obj.Type(), "Close") || s.wrapsUnit(obj)
}

// wrapsUnit reports whether obj is the unit in another form: what was made
// of it, and is done with when it is closed.
func (s *site) wrapsUnit(obj types.Object) bool {
	u := s.unit()
	if u == nil {
		return false
	}
	unit, found := s.Object(u), false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || s.Object(as.Lhs[0]) != obj || len(as.Rhs) != 1 {
			return true
		}
		ast.Inspect(as.Rhs[0], func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && s.Info().ObjectOf(id) == unit
			return !found
		})
		return true
	})
	return found
}

// harmlessExpr reports whether e calls nothing that keeps the event: no
// function of this package, no method but those of what the event delivered.
func (s *site) harmlessExpr(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // made, not called
		case *ast.CallExpr:
			ok = ok && s.harmlessCall(n)
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		}
		return ok
	})
	return ok
}

func (s *site) harmlessCall(call *ast.CallExpr) bool {
	tv := s.Info().Types[call.Fun]
	if tv.IsType() || tv.IsBuiltin() {
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return !ok || id.Name != "close" && id.Name != "delete" && id.Name != "copy"
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := s.Info().ObjectOf(sel.Sel).(*types.Func)
	if !ok || fn.Pkg() == s.fx.Pass.Pkg {
		return false
	}
	if fn.Signature().Recv() == nil {
		return fn.Pkg() != nil && apimodel.Standard(fn.Pkg().Path()) || s.mentionsUnit(call)
	}
	if readsOnly(fn.Name()) || s.isLogger(sel.X) {
		return true
	}
	if _, made := ast.Unparen(sel.X).(*ast.CallExpr); made {
		return fn.Pkg() != nil && apimodel.Standard(fn.Pkg().Path()) // json.NewDecoder(r).Decode(&v)
	}
	root := rootOf(sel.X)
	if root == nil {
		return false
	}
	obj := s.Info().ObjectOf(root)
	u := s.unit()
	return obj != nil && (u != nil && s.Object(u) == obj || s.eventSource() == obj || s.inner != nil && s.inner.Pos() <= obj.Pos() && !s.IsClass(sel.X, apimodel.Lock))
}

// eventSource returns the variable whose method yields the driver's events:
// rows, a scanner.
func (s *site) eventSource() (src types.Object) {
	at := s.eventPos()
	if !at.IsValid() || s.inner == nil {
		return nil
	}
	ast.Inspect(s.inner, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == at {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
				src = s.Object(sel.X)
			}
		}
		return src == nil
	})
	return src
}

// mentionsUnit reports whether the call is given what the event delivered.
func (s *site) mentionsUnit(call *ast.CallExpr) bool {
	u := s.unit()
	return u != nil && slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return s.Object(a) == s.Object(u) })
}

// isLogger reports whether e has the methods of a logger.
func (s *site) isLogger(e ast.Expr) bool {
	t := s.Info().TypeOf(e)
	return t != nil && (hasMethod(t, "Printf") || hasMethod(t, "Debugf") || hasMethod(t, "Debug") && hasMethod(t, "Error"))
}

// readsOnly reports whether methods of that name tell something and change
// nothing.
func readsOnly(name string) bool {
	switch name {
	case "Context", "PathValue", "RemoteAddr", "LocalAddr", "String", "Error", "Err", "Name", "Get", "Len", "Load",
		"FormValue", "Query", "Cookie", "UserAgent", "Method", "Value", "Header", "Vars", "Now", "Since":
		return true
	}
	return false
}

// rootOf returns the identifier that a chain of selectors begins with.
func rootOf(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return rootOf(e.X)
	case *ast.IndexExpr:
		return rootOf(e.X)
	case *ast.StarExpr:
		return rootOf(e.X)
	}
	return nil
}
