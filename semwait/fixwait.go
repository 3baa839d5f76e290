package semwait

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// operation returns the send or receive at pos if it is a statement of its
// own, nil for any other.
func operation(path []ast.Node, pos token.Pos) ast.Stmt {
	for _, n := range path {
		switch n := n.(type) {
		case *ast.SendStmt:
			if n.Arrow == pos {
				return n
			}
		case *ast.ExprStmt:
			if isRecvAt(n.X, pos) {
				return n
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 && len(n.Rhs) == 1 && isRecvAt(n.Rhs[0], pos) {
				return n
			}
		case *ast.BlockStmt:
			return nil
		}
	}
	return nil
}

func isRecvAt(e ast.Expr, pos token.Pos) bool {
	u, ok := ast.Unparen(e).(*ast.UnaryExpr)
	return ok && u.OpPos == pos && u.Op == token.ARROW
}

// A wait is a send or receive that a fix gives another arm.
type wait struct {
	p    *inscope.Point
	op   ast.Stmt
	comm string
	sel  *ast.SelectStmt // it has been the only arm of
	// before declares what is received, with the imports that takes.
	before  []string
	imports inscope.Edits
}

// waitAt returns the operation at pos as something that can be an arm.
func (c *checker) waitAt(file *ast.File, path []ast.Node, pos token.Pos) (w *wait, ok bool) {
	op := operation(path, pos)
	if op == nil {
		return nil, false
	}
	p, ok := c.scope.At(file, op)
	if !ok || p.Src.Line(op.Pos()) != p.Src.Line(op.End()) {
		return nil, false
	}
	w = &wait{p: p, op: op, comm: p.Src.Text(op.Pos(), op.End())}
	if arm, ok := p.Stmt.(*ast.CommClause); ok && arm.Comm == op && len(p.Path) > 2 {
		w.sel, ok = p.Path[2].(*ast.SelectStmt)
		return w, ok && len(w.sel.Body.List) == 1
	}
	if p.Stmt != op || !p.Src.StartsLine(op.Pos()) {
		return nil, false
	}
	if as, ok := op.(*ast.AssignStmt); ok && as.Tok == token.DEFINE {
		// c := <-free
		//~ var c net.Conn
		//~ select { case c = <-free: ... }
		id, ok := as.Lhs[0].(*ast.Ident)
		if !ok || id.Name == "_" {
			return nil, false
		}
		t, ok := p.TypeName(p.Info().TypeOf(id), &w.imports)
		if !ok {
			return nil, false
		}
		w.before = []string{"var " + id.Name + " " + t}
		w.comm = id.Name + " = " + p.Src.Node(as.Rhs[0])
	}
	return w, true
}

// with adds to es that the wait is in a select with another arm.
func (w *wait) with(es *inscope.Edits, arm ...string) {
	es.AddAll(w.imports.List, !w.imports.Failed)
	if w.sel != nil {
		end := w.sel.Body.Rbrace
		es.Add(w.p.Src.Before(&ast.BadStmt{From: end, To: end + 1}, arm...))
		return
	}
	lines := append(slices.Clone(w.before), "select {", "case "+w.comm+":")
	es.Add(w.p.Src.ReplaceLines(w.op, append(append(lines, arm...), "}")...))
}

// endWait puts a send or receive into a select that ends with what is in
// reach, and for requests offers to refuse instead of waiting.
func (c *checker) endWait(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	if !c.leavable(f) {
		return nil
	}
	wt, ok := c.waitAt(file, path, f.pos)
	if !ok {
		return c.endingForm(file, path, f)
	}
	var fs []analysis.SuggestedFix
	if st, leave, ok := c.leave(wt.p, wt.op, f); ok {
		var es inscope.Edits
		es.AddAll(st.imports, true)
		wt.with(&es, "case <-"+st.recv+":", "\t"+leave)
		fs = append(fs, es.As("stop waiting when "+st.name+" ends")...)
	}
	if w, pkg := wt.p.ResponseWriter(wt.op); w != "" && f.acquire != nil {
		var es inscope.Edits
		wt.with(&es, append([]string{"default:"}, inscope.AnswerBusy(w, pkg)...)...)
		fs = append(fs, es.As("answer 503 when all slots are taken")...)
	}
	return fs
}

// leavable reports whether the function of the finding may be left where it
// waits: no lock is held there that only later code unlocks.
func (c *checker) leavable(f finding) bool {
	at := f.instr
	if f.acquire != nil {
		at = f.acquire.op.Instr
	}
	if at == nil {
		return true
	}
	for _, lock := range c.heldLocks(at) {
		if !c.unlocksLater(lock) {
			return false
		}
	}
	return true
}

// shed drops for the consumer that is full, where a loop goes on with the
// others.
func (c *checker) shed(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	wt, ok := c.waitAt(file, path, f.pos)
	if !ok {
		return nil
	}
	var fs []analysis.SuggestedFix
	free := c.leavable(f)
	st, leave, ok := c.leave(wt.p, wt.op, f)
	if ok && free && f.reach.how != aDone {
		var es inscope.Edits
		wt.with(&es, "case <-"+st.recv+":", "\t"+leave)
		fs = append(fs, es.As("stop waiting when "+st.name+" ends")...)
	}
	if f.looped && !sendsError(wt) {
		var es inscope.Edits
		wt.with(&es, "default: // the consumer is too slow: it misses this one")
		return append(fs, es.As("drop for the consumer that is full")...)
	}
	if len(fs) > 0 || !free || f.looped {
		return fs
	}
	return c.sendInTime(wt) // a drop that nobody learns of is none of them
}

// sendsError reports whether what is sent is an error: to drop it would tell
// nobody that something went wrong, and that nobody was told.
func sendsError(wt *wait) bool {
	send, ok := wt.op.(*ast.SendStmt)
	if !ok {
		return false
	}
	t := wt.p.Info().TypeOf(send.Value)
	return t != nil && types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// sendLimit is how long a send may wait, where the package does not say.
var sendLimit = inscope.TimeLimit{
	Verb: "send",
	Doc:  []string{"is how long a consumer may take to have room for one more.", "Tune it to the slowest one that is worth waiting for."},
	Time: "10 * %.Second",
}

// sendInTime gives up a send that waits for too long, where the function can
// tell its caller.
func (c *checker) sendInTime(wt *wait) []analysis.SuggestedFix {
	if wt.p.ReturnsNothing() {
		return nil
	}
	tm, imports, ok := wt.p.Import("time")
	errs, more, okErrors := wt.p.Import("errors")
	if !ok || !okErrors {
		return nil
	}
	leave, ok := wt.p.ReturnWith(errs + `.New("consumer is stuck")`)
	if !ok {
		return nil
	}
	var es inscope.Edits
	es.AddAll(imports, true)
	es.AddAll(more, true)
	limit := sendLimit.Constant(wt.p, &es, tm)
	wt.with(&es, "case <-"+tm+".After("+limit+"):", "\t"+leave)
	return es.As("give up when the consumer is stuck")
}

// A stop is what a fix has a wait end with.
type stop struct {
	recv, name string
	imports    []analysis.TextEdit
}

// leave returns what ends the wait and the statement that leaves then. A
// function that has no way to tell its caller is only left when whoever asked
// has gone.
func (c *checker) leave(p *inscope.Point, at ast.Stmt, f finding) (stop, string, bool) {
	if name, isRequest := p.ContextAt(at.Pos()); name != "" && f.reach.how != aDone {
		if isRequest {
			name += ".Context()"
		}
		s := stop{recv: name + ".Done()", name: name}
		if ret := stopped(p, s.recv, at); ret != "" {
			return s, ret, true
		}
		if p.ReturnsNothing() {
			return s, "return", isRequest
		}
		ret, ok := p.ReturnWith(name + ".Err()")
		return s, ret, ok
	}
	if f.reach.how != aDone || !stopsHere(p, f.reach.name) {
		return stop{}, "", false
	}
	s := stop{recv: f.reach.name, name: f.reach.name}
	if ret := stopped(p, s.recv, at); ret != "" {
		return s, ret, true
	}
	if p.ReturnsNothing() {
		return stop{}, "", false
	}
	pkg, imports, ok := p.Import("errors")
	if !ok {
		return stop{}, "", false
	}
	ret, ok := p.ReturnWith(pkg + `.New("stopped")`)
	s.imports = imports
	return s, ret, ok
}

// stopped returns what the function already does when recv ends: "return nil".
func stopped(p *inscope.Point, recv string, at ast.Stmt) string {
	for _, arm := range p.StopArms(at.Pos()) {
		if arm.Recv == recv {
			return arm.Ret
		}
	}
	return ""
}

// stopsHere reports whether the name of a stop channel, a field of a
// variable, means the same at p.
func stopsHere(p *inscope.Point, name string) bool {
	id := ""
	for i := range name {
		if name[i] == '.' {
			id = name[:i]
			break
		}
	}
	ok := false
	ast.Inspect(p.Stmt, func(n ast.Node) bool {
		if x, isIdent := n.(*ast.Ident); isIdent && x.Name == id {
			ok = true
		}
		return !ok
	})
	return ok
}
