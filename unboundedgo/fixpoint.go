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
		return (leavesBlock(st.Body) || s.harmlessAll(st.Body.List)) && (st.Else == nil || s.harmless(st.Else))
	case *ast.BlockStmt:
		return leavesBlock(st) || s.harmlessAll(st.List)
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
		!slices.ContainsFunc(st.Rhs, func(e ast.Expr) bool { return s.info().Types[e].Value == nil })
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
	obj := s.info().ObjectOf(id)
	if obj == nil || tok != token.DEFINE && !(s.inner != nil && s.inner.Pos() <= obj.Pos()) && !isErrorType(obj.Type()) {
		return false
	}
	if u := s.unit(); u != nil && s.object(u) == obj {
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
	unit, found := s.object(u), false
	ast.Inspect(s.body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || s.object(as.Lhs[0]) != obj || len(as.Rhs) != 1 {
			return true
		}
		ast.Inspect(as.Rhs[0], func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && s.info().ObjectOf(id) == unit
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
	tv := s.info().Types[call.Fun]
	if tv.IsType() || tv.IsBuiltin() {
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return !ok || id.Name != "close" && id.Name != "delete" && id.Name != "copy"
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := s.info().ObjectOf(sel.Sel).(*types.Func)
	if !ok || fn.Pkg() == s.fx.pass.Pkg {
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
	obj := s.info().ObjectOf(root)
	u := s.unit()
	return obj != nil && (u != nil && s.object(u) == obj || s.eventSource() == obj || s.inner != nil && s.inner.Pos() <= obj.Pos() && !s.isClass(sel.X, apimodel.Lock))
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
				src = s.object(sel.X)
			}
		}
		return src == nil
	})
	return src
}

// mentionsUnit reports whether the call is given what the event delivered.
func (s *site) mentionsUnit(call *ast.CallExpr) bool {
	u := s.unit()
	return u != nil && slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return s.object(a) == s.object(u) })
}

// isLogger reports whether e has the methods of a logger.
func (s *site) isLogger(e ast.Expr) bool {
	t := s.info().TypeOf(e)
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
