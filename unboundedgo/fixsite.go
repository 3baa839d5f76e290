package unboundedgo

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/loops"
)

// A site is the syntax around a spawn, as far as fixes need it.
type site struct {
	*inscope.Point
	fx *fixer
	v  verdict
	at place

	inner ast.Stmt // the innermost loop around the spawn in its function, nil if none
	loop  ast.Stmt // the outermost such loop, with its label
}

// site finds the syntax of a spawn that is a statement of its own.
func (fx *fixer) site(file *ast.File, at place, v verdict) (*site, bool) {
	if at.call == nil {
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
	if n < 0 {
		return nil, false // a call whose result is used
	}
	p, ok := fx.Enclosing(file, path[n:])
	if !ok {
		return nil, false
	}
	s := &site{Point: p, fx: fx, at: at, v: v}
	for _, n := range p.Path[1:] {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return s, true
		case *ast.ForStmt, *ast.RangeStmt:
			s.loop = n.(ast.Stmt)
			if s.inner == nil {
				s.inner = s.loop
			}
		case *ast.LabeledStmt:
			if n.Stmt == s.loop {
				s.loop = n
			}
		}
	}
	return s, true
}

// local reports whether a semaphore of the function that spawns is shared by
// all that the driver drives: its loop is in that function.
func (s *site) local() bool {
	return s.loop != nil && s.v.driver.Kind != loops.Handles && len(s.v.driver.Chain) == 1
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
			return n.Pos() <= s.Stmt.Pos() && s.Stmt.End() <= n.End()
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
