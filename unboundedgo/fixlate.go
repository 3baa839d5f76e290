package unboundedgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// acquireEarlier moves the acquire that a goroutine begins with in front of
// its start.
func (s *site) acquireEarlier() []analysis.SuggestedFix {
	body, rename := s.lateBody()
	if body == nil {
		return nil
	}
	st := s.firstTaking(body)
	if st == nil {
		return nil
	}
	var base inscope.Edits
	base.Add(s.Src.Delete(st, true))
	switch st := st.(type) {
	case *ast.SendStmt:
		if ch, ok := rename(st.Chan); ok && s.tokenOnly(st.Value) {
			return s.earlier(base, ch, ch+" <- "+s.Src.Node(st.Value))
		}
	case *ast.ExprStmt:
		if recv, ok := ast.Unparen(st.X).(*ast.UnaryExpr); ok && recv.Op == token.ARROW {
			if ch, ok := rename(recv.X); ok {
				return s.earlier(base, ch, "<-"+ch)
			}
		}
		if call, ok := ast.Unparen(st.X).(*ast.CallExpr); ok {
			return s.earlierCall(base, call, rename)
		}
	case *ast.SelectStmt:
		return s.earlierSelect(base, st, rename)
	case *ast.IfStmt:
		return s.earlierAcquire(base, st, rename)
	}
	return nil
}

// earlier takes a slot of the channel by op, which is moved.
func (s *site) earlier(base inscope.Edits, ch, op string) []analysis.SuggestedFix {
	full := ch + " is full"
	if strings.HasPrefix(op, "<-") {
		full = ch + " is empty"
	}
	return s.taking(base, full, "acquire "+ch+" before starting the goroutine", "case "+op+":")
}

// tokenOnly reports whether e is a constant or an empty composite literal:
// what is sent to take a slot says nothing.
func (s *site) tokenOnly(e ast.Expr) bool {
	if s.Info().Types[e].Value != nil {
		return true
	}
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok && len(lit.Elts) == 0
}

// earlierSelect handles select { case sem <- x: case <-ctx.Done(): return }.
// The spawner gets a select of its own, which ends with what can end it there.
func (s *site) earlierSelect(base inscope.Edits, sel *ast.SelectStmt, rename func(ast.Expr) (string, bool)) []analysis.SuggestedFix {
	var op, ch string
	for _, c := range sel.Body.List {
		c := c.(*ast.CommClause)
		switch comm := c.Comm.(type) {
		case *ast.SendStmt:
			name, ok := rename(comm.Chan)
			if !ok || op != "" || len(c.Body) > 0 || !s.tokenOnly(comm.Value) {
				return nil
			}
			ch, op = name, name+" <- "+s.Src.Node(comm.Value)
		case *ast.ExprStmt:
			if len(c.Body) == 0 || !inscope.LeavesBlock(&ast.BlockStmt{List: c.Body}) {
				return nil
			}
		default:
			return nil
		}
	}
	if _, inReach := s.StopAt(s.waitPoint().Pos()); op == "" || !inReach {
		return nil // the spawner would wait for longer than the goroutine did
	}
	return s.earlier(base, ch, op)
}

// earlierCall handles gate.take(), which waits for as long as it takes.
func (s *site) earlierCall(base inscope.Edits, call *ast.CallExpr, rename func(ast.Expr) (string, bool)) []analysis.SuggestedFix {
	text, sem, ok := s.renamedCall(call, rename)
	if t, isTuple := s.Info().TypeOf(call).(*types.Tuple); !ok || !isTuple || t.Len() > 0 || s.mayDeadlock() {
		return nil
	}
	base.Add(s.Src.Before(s.waitPoint(), text))
	return base.As("acquire " + sem + " before starting the goroutine")
}

// renamedCall returns the method call as the spawner writes it, and the
// receiver.
func (s *site) renamedCall(call *ast.CallExpr, rename func(ast.Expr) (string, bool)) (text, recv string, ok bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	if _, method := s.Info().Selections[sel]; !method {
		return "", "", false
	}
	recv, ok = rename(sel.X)
	args := make([]string, len(call.Args))
	for i, a := range call.Args {
		if s.Info().Types[a].Value != nil && rootOf(a) == nil {
			args[i] = s.Src.Node(a)
			continue
		}
		arg, same := rename(a)
		args[i], ok = arg, ok && same
	}
	return recv + "." + sel.Sel.Name + "(" + strings.Join(args, ", ") + ")", recv, ok
}

// earlierAcquire handles if err := sem.Acquire(ctx, 1); err != nil { return }
// and if sem.Acquire(ctx, 1) != nil { return }.
func (s *site) earlierAcquire(base inscope.Edits, st *ast.IfStmt, rename func(ast.Expr) (string, bool)) []analysis.SuggestedFix {
	var e ast.Expr
	if as, ok := st.Init.(*ast.AssignStmt); ok && len(as.Lhs) == 1 && len(as.Rhs) == 1 {
		e = as.Rhs[0]
	} else if b, ok := ast.Unparen(st.Cond).(*ast.BinaryExpr); ok && st.Init == nil && b.Op == token.NEQ {
		e = b.X
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !inscope.IsErrorType(s.Info().TypeOf(call)) || st.Else != nil || !inscope.LeavesBlock(st.Body) || s.mayDeadlock() {
		return nil
	}
	text, sem, ok := s.renamedCall(call, rename)
	p, exit := s.exitPoint()
	if !ok || !exit {
		return nil
	}
	lines := []string{"if err := " + text + "; err != nil {"}
	if c := s.closeUnit(p); c != "" {
		lines = append(lines, "\t"+c)
	}
	leave, ok := s.leave(inscope.Stop{Err: "err"})
	if !ok {
		return nil
	}
	for _, l := range leave {
		lines = append(lines, "\t"+l)
	}
	base.Add(s.Src.Before(p, append(lines, "}")...))
	return base.As("acquire " + sem + " before starting the goroutine")
}

// lateBody returns the body of what the goroutine runs, and how the
// semaphore that it names is called by the spawner. Of declared functions
// only those that nothing but this spawn calls have one.
func (s *site) lateBody() (body *ast.BlockStmt, rename func(ast.Expr) (string, bool)) {
	if lit := s.literal(); lit != nil {
		return lit.Body, func(e ast.Expr) (string, bool) {
			return s.Src.Node(e), s.Evaluable(e, s.waitPoint().Pos())
		}
	}
	if len(s.v.spawn.Bodies) != 1 || s.at.goStmt == nil {
		return nil, nil
	}
	f := s.v.spawn.Bodies[0]
	d, ok := f.Syntax().(*ast.FuncDecl)
	if !ok || d.Body == nil || d.Name.IsExported() || !inscope.Contains(s.Src.Syntax, d.Pos()) || len(s.fx.eff.Index().Callers(f)) != 1 || !s.mentionedOnce(d) {
		return nil, nil
	}
	return d.Body, func(e ast.Expr) (string, bool) { return s.renamed(e, d) }
}

// mentionedOnce reports whether the package uses the declared function only
// at the spawn.
func (s *site) mentionedOnce(d *ast.FuncDecl) bool {
	obj, n := s.Info().Defs[d.Name], 0
	for _, used := range s.Info().Uses {
		if f, ok := used.(*types.Func); ok && f.Origin() == obj {
			n++
		}
	}
	return n == 1
}

// renamed returns what the spawner calls e, an expression of the function d
// that it starts: receiver and parameters become what they are given.
func (s *site) renamed(e ast.Expr, d *ast.FuncDecl) (string, bool) {
	root := rootOf(e)
	if root == nil || !inscope.Pure(e) || root.Pos() != e.Pos() {
		return "", false
	}
	obj := s.Info().ObjectOf(root)
	rest := s.Src.Text(root.End(), e.End())
	if obj != nil && obj.Parent() == s.fx.Pass.Pkg.Scope() {
		return root.Name + rest, s.Visible(obj, s.waitPoint().Pos())
	}
	if d.Recv != nil && len(d.Recv.List) == 1 && len(d.Recv.List[0].Names) == 1 && s.Info().Defs[d.Recv.List[0].Names[0]] == obj {
		sel, ok := ast.Unparen(s.at.call.Fun).(*ast.SelectorExpr)
		if !ok {
			return "", false
		}
		id, ok := ast.Unparen(sel.X).(*ast.Ident)
		return s.Src.Node(sel.X) + rest, ok && s.Visible(s.Info().ObjectOf(id), s.waitPoint().Pos())
	}
	i := 0
	for _, f := range d.Type.Params.List {
		for _, n := range f.Names {
			if s.Info().Defs[n] == obj && i < len(s.at.call.Args) {
				id, ok := ast.Unparen(s.at.call.Args[i]).(*ast.Ident)
				return s.Src.Node(s.at.call.Args[i]) + rest, ok && s.Visible(s.Info().ObjectOf(id), s.waitPoint().Pos())
			}
			i++
		}
	}
	return "", false
}

// firstTaking returns the statement of the body that takes the slot, if
// nothing but deferred calls comes before it.
func (s *site) firstTaking(body *ast.BlockStmt) ast.Stmt {
	at := s.v.limit.At
	if at == nil {
		return nil
	}
	for _, st := range body.List {
		if inscope.Contains(st, at.Pos()) {
			if _, ok := st.(*ast.DeferStmt); ok {
				return nil
			}
			return st
		}
		if _, ok := st.(*ast.DeferStmt); !ok {
			return nil
		}
	}
	return nil
}

// runInline runs the work of a tick in the loop itself: a ticker drops the
// ticks that come in the meantime.
func (s *site) runInline() []analysis.SuggestedFix {
	r, ok := s.inner.(*ast.RangeStmt)
	if !ok || s.at.goStmt == nil || len(s.Path) < 3 || s.Path[1] != r.Body || !s.isClassField(r.X) || s.needsSpawner() {
		return nil
	}
	tv := s.Info().Types[s.at.call.Fun]
	if tv.IsBuiltin() {
		return nil
	}
	e := edit.Replace(s.at.goStmt, "")
	e.End = s.at.call.Pos()
	return []analysis.SuggestedFix{{Message: "run it in the loop, one tick after the other", TextEdits: []analysis.TextEdit{e}}}
}

// isClassField reports whether e is the channel of a ticker.
func (s *site) isClassField(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	return ok && s.IsClass(sel.X, apimodel.Ticker)
}
