package unboundedgo

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// waitPoint returns the statement before which a slot can be waited for: the
// spawn, or the WaitGroup.Add that belongs to it.
func (s *site) waitPoint() ast.Stmt {
	i := slices.Index(s.List, s.Stmt)
	for i > 0 && s.countsGoroutines(s.List[i-1]) {
		i--
	}
	return s.List[i]
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
	return ok && sel.Sel.Name == "Add" && s.IsClass(sel.X, apimodel.WaitGroup)
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
	n := slices.Index(s.List, p)
	from := n - len(own)
	for from < n && s.harmless(s.List[from]) {
		from++
	}
	// Have: s.List[:from] leaves nothing behind. What is between from and the
	// spawn must not leave without giving the slot back.
	for _, st := range s.List[from:n] {
		if inscope.Exits(st) {
			return nil, false
		}
	}
	return s.List[from], true
}

// since returns what is executed between the event (or the function's
// beginning) and the wait point, by block, the innermost first; nil when the
// event comes after the spawn.
func (s *site) since() [][]ast.Stmt {
	event := s.eventPos()
	if event.IsValid() && event > s.Stmt.Pos() {
		return nil
	}
	p := s.waitPoint()
	var out [][]ast.Stmt
	var child ast.Node = p
	for _, n := range s.Path[1:] {
		if inscope.Contains(child, event) {
			return out
		}
		if list := inscope.Statements(n); list != nil && !isClause(child) {
			i := slices.IndexFunc(list, func(st ast.Stmt) bool { return st == child || st.Pos() <= child.Pos() && child.End() <= st.End() })
			j := i
			for j > 0 && !inscope.Contains(list[j-1], event) {
				j--
			}
			out = append(out, list[j:i])
			if j > 0 {
				return out // back at the event
			}
		}
		if n == s.Body || n == s.inner && (s.local() || event.IsValid()) {
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

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}
