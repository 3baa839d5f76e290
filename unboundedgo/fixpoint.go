package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// waitPoint returns the statement before which a slot can be waited for: the
// spawn, or the WaitGroup.Add that belongs to it.
func (s *site) waitPoint() ast.Stmt {
	i := slices.Index(s.list, s.stmt)
	for i > 0 && s.countsGoroutines(s.list[i-1]) {
		i--
	}
	return s.list[i]
}

// countsGoroutines reports whether st is wg.Add(n).
func (s *site) countsGoroutines(st ast.Stmt) bool {
	x, ok := st.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := x.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Add" && s.isClass(sel.X, apimodel.WaitGroup)
}

func (s *site) isClass(e ast.Expr, c apimodel.Class) bool {
	t := s.info().TypeOf(e)
	return t != nil && apimodel.IsClass(t, c)
}

// exitPoint returns the statement before which the function may give up on
// this event and return or continue: nothing that has been done for it so
// far needs to be undone, and from there the spawn is certain to be reached.
// It is as close to the spawn as possible. ok is false when there is none.
func (s *site) exitPoint() (p ast.Stmt, ok bool) {
	before := s.since()
	p = s.waitPoint()
	if before == nil || slices.ContainsFunc(before[1:], func(list []ast.Stmt) bool { return !s.harmlessAll(list) }) {
		return nil, false
	}
	own := before[0]
	n := slices.Index(s.list, p)
	from := n - len(own)
	for from < n && s.harmless(s.list[from]) {
		from++
	}
	// Have: s.list[:from] leaves nothing behind. What is between from and the
	// spawn must not leave without giving the slot back.
	for _, st := range s.list[from:n] {
		if exits(st) {
			return nil, false
		}
	}
	return s.list[from], true
}

// since returns what is executed between the event (or the function's
// beginning) and the wait point, by block, the innermost first; nil when the
// event comes after the spawn.
func (s *site) since() [][]ast.Stmt {
	event := s.eventPos()
	if event.IsValid() && event > s.stmt.Pos() {
		return nil
	}
	p := s.waitPoint()
	var out [][]ast.Stmt
	var child ast.Node = p
	for _, n := range s.path[1:] {
		if contains(child, event) {
			return out
		}
		if list := statements(n); list != nil && !isClause(child) {
			i := slices.IndexFunc(list, func(st ast.Stmt) bool { return st == child || st.Pos() <= child.Pos() && child.End() <= st.End() })
			j := i
			for j > 0 && !contains(list[j-1], event) {
				j--
			}
			out = append(out, list[j:i])
			if j > 0 {
				return out // back at the event
			}
		}
		if n == s.body || n == s.inner && (s.local() || event.IsValid()) {
			return out
		}
		child = n
	}
	return out
}

// isClause reports whether n is one of several ways that a switch or select
// can go.
func isClause(n ast.Node) bool {
	switch n.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

func contains(n ast.Node, pos token.Pos) bool {
	return pos.IsValid() && n.Pos() <= pos && pos < n.End()
}

// leavesBlock reports whether the last statement of b leaves the block.
func leavesBlock(b *ast.BlockStmt) bool { return leavesList(b.List) }

func leavesList(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch last := list[len(list)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok != token.FALLTHROUGH
	case *ast.BlockStmt:
		return leavesList(last.List)
	case *ast.IfStmt:
		return last.Else != nil && leavesBlock(last.Body) && leavesList([]ast.Stmt{last.Else})
	case *ast.SelectStmt:
		return !slices.ContainsFunc(last.Body.List, func(c ast.Stmt) bool { return !leavesClause(c.(*ast.CommClause).Body) })
	}
	return false
}

// leavesClause is like leavesList for an arm of a select, which a break only
// leaves for what follows the select.
func leavesClause(list []ast.Stmt) bool {
	if !leavesList(list) {
		return false
	}
	br, ok := list[len(list)-1].(*ast.BranchStmt)
	return !ok || br.Tok != token.BREAK || br.Label != nil
}

// exits reports whether st may leave the block it stands in.
func exits(st ast.Stmt) bool {
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.BranchStmt:
			found = true
		}
		return !found
	})
	return found
}

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}

func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}
