package semwait

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/backpressure-go/backpressure/internal/inscope"
)

// fixes returns the ways to mend the finding, the safest first. They need
// the operation to be a statement of its own.
func (c *checker) fixes(file *ast.File, f finding) []analysis.SuggestedFix {
	if c.scope == nil {
		c.scope = inscope.Of(c.pass)
	}
	path := pathTo(file, f.pos)
	switch f.kind {
	case noContext:
		return append(c.endWait(file, path, f), c.tryGroup(file, path, f.pos)...)
	case background:
		return c.passContext(file, path, f)
	case leakedSlot:
		if fs := c.deferRelease(file, path, f); fs != nil {
			return fs
		}
		return c.releaseBefore(file, path, f)
	case sharedSend:
		return c.shed(file, path, f)
	case slotHeld:
		return c.timeReads(file, f)
	}
	return nil
}

// pathTo returns the syntax around pos, innermost first.
func pathTo(file *ast.File, pos token.Pos) []ast.Node {
	path, _ := astutil.PathEnclosingInterval(file, pos, pos)
	return path
}

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
			if u, ok := ast.Unparen(n.X).(*ast.UnaryExpr); ok && u.OpPos == pos && u.Op == token.ARROW {
				return n
			}
		case *ast.BlockStmt:
			return nil
		}
	}
	return nil
}

// endWait puts a send or receive into a select that ends with what is in
// reach, and for requests offers to refuse instead of waiting.
func (c *checker) endWait(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	op := operation(path, f.pos)
	if op == nil {
		return nil
	}
	p, ok := c.scope.At(file, op)
	if !ok || p.Stmt != op || !p.Src.StartsLine(op.Pos()) || !slices.Contains(p.List, op) {
		return nil
	}
	comm := p.Src.Text(op.Pos(), op.End())
	if p.Src.Line(op.Pos()) != p.Src.Line(op.End()) {
		return nil
	}
	var fs []analysis.SuggestedFix
	if st, leave, ok := c.leave(p, op, f); ok {
		var es inscope.Edits
		es.AddAll(st.imports, true)
		es.Add(p.Src.ReplaceLines(op, "select {", "case "+comm+":", "case <-"+st.recv+":", "\t"+leave, "}"))
		fs = append(fs, es.As("stop waiting when "+st.name+" ends")...)
	}
	if w, pkg := p.ResponseWriter(op); w != "" && f.acquire != nil {
		lines := append([]string{"select {", "case " + comm + ":", "default:"}, inscope.AnswerBusy(w, pkg)...)
		var es inscope.Edits
		es.Add(p.Src.ReplaceLines(op, append(lines, "}")...))
		fs = append(fs, es.As("answer 503 when all slots are taken")...)
	}
	return fs
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
		if p.ReturnsNothing() {
			return s, "return", isRequest
		}
		ret, ok := p.ReturnWith(name + ".Err()")
		return s, ret, ok
	}
	if f.reach.how != aDone || p.ReturnsNothing() || !stopsHere(p, f.reach.name) {
		return stop{}, "", false
	}
	pkg, imports, ok := p.Import("errors")
	if !ok {
		return stop{}, "", false
	}
	ret, ok := p.ReturnWith(pkg + `.New("stopped")`)
	return stop{recv: f.reach.name, name: f.reach.name, imports: imports}, ret, ok
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

// passContext has the wait end with the context in reach.
func (c *checker) passContext(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	call := callAt(path, f.pos)
	if call == nil {
		return nil
	}
	p, ok := c.scope.At(file, call)
	if !ok {
		return nil
	}
	if !minded(p) {
		return nil
	}
	name, isRequest := p.ContextAt(p.Stmt.Pos())
	if name == "" {
		return nil
	}
	if isRequest {
		name += ".Context()"
	}
	if f.acquire == nil && !slices.ContainsFunc(call.Args, c.isContextArg) {
		return c.contextForm(p, call, name)
	}
	for _, arg := range call.Args {
		made, ok := ast.Unparen(arg).(*ast.CallExpr)
		if !ok || len(made.Args) > 0 || !isContext(c.pass.TypesInfo.TypeOf(made)) || soleUse(file, made, c) {
			continue
		}
		return []analysis.SuggestedFix{{
			Message:   "wait until " + name + " ends",
			TextEdits: []analysis.TextEdit{{Pos: made.Pos(), End: made.End(), NewText: []byte(name)}},
		}}
	}
	return nil
}

func (c *checker) isContextArg(arg ast.Expr) bool {
	t := c.pass.TypesInfo.TypeOf(arg)
	return t != nil && isContext(t)
}

// soleUse reports whether made is the only use of its package in the file:
// replacing it would leave the import unused.
func soleUse(file *ast.File, made *ast.CallExpr, c *checker) bool {
	sel, ok := ast.Unparen(made.Fun).(*ast.SelectorExpr)
	if !ok {
		return true
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return true
	}
	pkg := c.pass.TypesInfo.Uses[id]
	uses := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if x, ok := n.(*ast.Ident); ok && c.pass.TypesInfo.Uses[x] == pkg {
			uses++ // a name of the package
		}
		return true
	})
	return uses < 2
}

func callAt(path []ast.Node, pos token.Pos) *ast.CallExpr {
	for _, n := range path {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == pos {
			return call
		}
	}
	return nil
}

// shed drops for the consumer that is full, where a loop goes on with the
// others.
func (c *checker) shed(file *ast.File, path []ast.Node, f finding) []analysis.SuggestedFix {
	op := operation(path, f.pos)
	if op == nil {
		return nil
	}
	p, ok := c.scope.At(file, op)
	if !ok || p.Stmt != op || !p.Src.StartsLine(op.Pos()) || p.Src.Line(op.Pos()) != p.Src.Line(op.End()) {
		return nil
	}
	comm := p.Src.Text(op.Pos(), op.End())
	var fs []analysis.SuggestedFix
	if st, leave, ok := c.leave(p, op, f); ok && f.reach.how != aDone {
		var es inscope.Edits
		es.Add(p.Src.ReplaceLines(op, "select {", "case "+comm+":", "case <-"+st.recv+":", "\t"+leave, "}"))
		fs = append(fs, es.As("stop waiting when "+st.name+" ends")...)
	}
	if !f.looped {
		return fs // a drop that nobody learns of
	}
	var es inscope.Edits
	es.Add(p.Src.ReplaceLines(op, "select {", "case "+comm+":", "default: // the consumer is too slow: it misses this one", "}"))
	return append(fs, es.As("drop for the consumer that is full")...)
}
