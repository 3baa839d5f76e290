package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// A site is the syntax around a spawn, as far as fixes need it.
type site struct {
	fx  *fixer
	v   verdict
	at  place
	src *edit.File

	path []ast.Node // from the spawn's statement, innermost first
	stmt ast.Stmt   // the statement that spawns
	list []ast.Stmt // the statements it is one of
	decl ast.Decl   // the declaration around it all

	ftype *ast.FuncType  // of the innermost function around the spawn
	body  *ast.BlockStmt // and its body
	inner ast.Stmt       // the innermost loop around the spawn in that function, nil if none
	loop  ast.Stmt       // the outermost such loop, with its label
}

// site finds the syntax of a spawn that is a statement of its own.
func (fx *fixer) site(file *ast.File, at place, v verdict) (*site, bool) {
	s := &site{fx: fx, v: v, at: at, src: fx.source(file)}
	if s.src == nil || at.call == nil {
		return nil, false
	}
	path, _ := astutil.PathEnclosingInterval(file, at.call.Pos(), at.call.End())
	n := slices.IndexFunc(path, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			return n == at.goStmt
		case *ast.ExprStmt:
			return ast.Unparen(n.X) == at.call
		}
		return false
	})
	if n < 0 || n+1 >= len(path) {
		return nil, false // a call whose result is used
	}
	s.stmt, s.path = path[n].(ast.Stmt), path[n:]
	if s.list = statements(path[n+1]); s.list == nil {
		return nil, false // labelled
	}
	for _, p := range s.path[1:] {
		switch p := p.(type) {
		case *ast.FuncLit:
			s.setFunc(p.Type, p.Body)
		case *ast.FuncDecl:
			s.setFunc(p.Type, p.Body)
		case *ast.ForStmt, *ast.RangeStmt:
			if s.body == nil {
				s.loop = p.(ast.Stmt)
				if s.inner == nil {
					s.inner = s.loop
				}
			}
		case *ast.LabeledStmt:
			if s.body == nil && p.Stmt == s.loop {
				s.loop = p
			}
		}
		if d, ok := p.(ast.Decl); ok {
			s.decl = d
		}
	}
	return s, s.body != nil && s.decl != nil && s.src.StartsLine(s.stmt.Pos())
}

func (s *site) setFunc(t *ast.FuncType, b *ast.BlockStmt) {
	if s.body == nil {
		s.ftype, s.body = t, b
	}
}

// statements returns the statements directly in n, nil if it holds none.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// local reports whether a semaphore of the function that spawns is shared by
// all that the driver drives: its loop is in that function.
func (s *site) local() bool {
	return s.loop != nil && s.v.driver.Kind != loops.Handles && len(s.v.driver.Chain) == 1
}

// info is short for the types of the package.
func (s *site) info() *types.Info { return s.fx.pass.TypesInfo }

// object returns what the identifier means, nil for none.
func (s *site) object(e ast.Expr) types.Object {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		return s.info().ObjectOf(id)
	}
	return nil
}

// visible reports whether name means obj at pos.
func (s *site) visible(obj types.Object, pos token.Pos) bool {
	if obj == nil {
		return false
	}
	if obj.Parent() == types.Universe {
		return true
	}
	sc := s.fx.pass.Pkg.Scope().Innermost(pos)
	if sc == nil {
		return false
	}
	_, found := sc.LookupParent(obj.Name(), pos)
	return found == obj
}

// evaluable reports whether each identifier in e means the same at pos.
func (s *site) evaluable(e ast.Node, pos token.Pos) bool {
	ok := true
	behind := map[*ast.Ident]bool{}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			ok = false
		case *ast.SelectorExpr:
			behind[n.Sel] = true
		case *ast.KeyValueExpr:
			ok = false // a key may be a field
		case *ast.Ident:
			ok = ok && (behind[n] || s.visible(s.info().ObjectOf(n), pos))
		}
		return ok
	})
	return ok
}

// pure reports whether evaluating e calls nothing but ctx.Done() and its
// like: methods without arguments of that name.
func pure(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return pure(e.X)
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		return ok && len(e.Args) == 0 && (sel.Sel.Name == "Done" || sel.Sel.Name == "Context") && pure(sel.X)
	}
	return false
}

// unit returns the variable with what the driver's event delivers, where the
// event is in the function that spawns; nil where there is none.
func (s *site) unit() *ast.Ident {
	e := s.v.driver.Event
	if e == nil || len(s.v.driver.Chain) != 1 || s.inner == nil {
		return nil
	}
	var found *ast.Ident
	ast.Inspect(s.inner, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n.Pos() <= s.stmt.Pos() && s.stmt.End() <= n.End()
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && isEvent(n.Rhs[0], e) {
				found, _ = n.Lhs[0].(*ast.Ident)
			}
		case *ast.RangeStmt:
			if p := e.Instr.Pos(); n.Key != nil && n.Value == nil && n.Pos() <= p && p <= n.X.End() {
				found, _ = n.Key.(*ast.Ident) // for c := range conns
			}
		}
		return found == nil
	})
	if found == nil || found.Name == "_" {
		return nil
	}
	return found
}

// isEvent reports whether x is the syntax of the event: a call or a receive.
func isEvent(x ast.Expr, e *effects.Event) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		return x.Lparen == e.Instr.Pos()
	case *ast.UnaryExpr:
		if sel, ok := e.Instr.(*ssa.Select); ok {
			return e.Arm >= 0 && e.Arm < len(sel.States) && sel.States[e.Arm].Pos == x.OpPos
		}
		return x.Op == token.ARROW && x.OpPos == e.Instr.Pos()
	case *ast.TypeAssertExpr:
		return isEvent(x.X, e)
	}
	return false
}

// eventPos returns where the driver's event is, NoPos when it is not in the
// function that spawns.
func (s *site) eventPos() token.Pos {
	if e := s.v.driver.Event; e != nil && len(s.v.driver.Chain) == 1 {
		return e.Instr.Pos()
	}
	return token.NoPos
}
