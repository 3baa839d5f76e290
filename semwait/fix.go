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
	if f.kept {
		return nil
	}
	switch f.kind {
	case noContext:
		return append(c.endWait(file, path, f), c.tryGroup(file, path, f)...)
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
	case overAsk:
		return c.setLimit(file, path, f)
	}
	return nil
}

// pathTo returns the syntax around pos, innermost first.
func pathTo(file *ast.File, pos token.Pos) []ast.Node {
	path, _ := astutil.PathEnclosingInterval(file, pos, pos)
	return path
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
		return c.waitInTime(p, call, f)
	}
	if isRequest {
		name += ".Context()"
	}
	if f.acquire == nil && !slices.ContainsFunc(call.Args, c.isContextArg) {
		return c.contextForm(p, call, name)
	}
	for _, arg := range call.Args {
		made, ok := ast.Unparen(c.rootBehind(p, arg)).(*ast.CallExpr)
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

// rootBehind returns the context that never ends behind arg, a variable that is
// made of it for this use alone; arg itself for any other.
func (c *checker) rootBehind(p *inscope.Point, arg ast.Expr) ast.Expr {
	obj := p.Object(arg)
	if obj == nil || !isContext(obj.Type()) {
		return arg
	}
	var made ast.Expr
	defs, uses := 0, 0
	ast.Inspect(p.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if p.Object(n.Lhs[0]) == obj {
				defs++
				if len(n.Lhs) == 1 {
					made = n.Rhs[0]
				}
			}
		case *ast.Ident:
			if p.Info().Uses[n] == obj {
				uses++
			}
		}
		return true
	})
	call, ok := made.(*ast.CallExpr)
	if defs != 1 || uses != 1 || !ok || len(call.Args) == 0 {
		return arg
	}
	here, _ := p.ContextAt(p.Stmt.Pos())
	if there, _ := p.ContextAt(call.Pos()); there != here {
		return arg
	}
	return call.Args[0]
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
