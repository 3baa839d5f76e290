package serverlimit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// undefaulted reports the function that gives settings of the server at m
// their defaults, and leaves out the one that would limit the time of a
// request. Importing packages that configure the server may know a default of
// their own; whoever fills in one setting and not the other does not count on
// it.
func (c *checker) undefaulted(s effects.Serving, m effects.Made) {
	g, ok := c.eff.DefaultGap(m, apimodel.TimesReads)
	if !ok || c.done[g.Beside] || c.rep.Skips(g.Beside.Pos()) {
		return
	}
	c.done[g.Beside] = true
	message := fmt.Sprintf("connections of %s stay open for as long as clients take to send a request: only %s limits that, which gets no default as %s does here", c.serverName(m), g.Setting.Name(), g.Other.Name())
	c.report(timeouts, g.Beside.Pos(), message, c.fixGap(g, m.Type()), evidence(s.Instr, "served here")...)
}

// fixGap gives the setting a default, behind the one of the other, if it is
// for the header alone: uploads of unknown length are not ours to cut.
func (c *checker) fixGap(g effects.Gap, server types.Type) fix {
	return func(file *ast.File, path []ast.Node) []analysis.SuggestedFix {
		if header, ok := headerField(server); !ok || header != g.Field.Name() {
			return nil
		}
		for _, n := range path {
			st, ok := n.(*ast.IfStmt)
			if !ok {
				continue
			}
			x := soleDefault(st, g.Other.Name())
			l, ok := c.newLimitFix(file, st)
			if x == nil || !ok {
				return nil
			}
			field, value := l.p.Src.Node(x)+"."+g.Setting.Name(), l.header()
			if value, ok = l.converted(value, g.Setting.Type()); !ok {
				return nil
			}
			l.es.Add(l.p.Src.After(st, "if "+field+" == 0 {", "\t"+field+" = "+value, "}"))
			declare(&l.es, l.p, "", l.consts...)
			return l.es.As("Give " + g.Setting.Name() + " a default, too")
		}
		return nil
	}
}

// soleDefault returns the x of if x.name == 0 { x.name = value }, nil for
// statements of another form.
func soleDefault(st *ast.IfStmt, name string) ast.Expr {
	cmp, ok := ast.Unparen(st.Cond).(*ast.BinaryExpr)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.LEQ || st.Init != nil || st.Else != nil || len(st.Body.List) != 1 {
		return nil
	}
	set, ok := st.Body.List[0].(*ast.AssignStmt)
	if !ok || len(set.Lhs) != 1 || set.Tok != token.ASSIGN {
		return nil
	}
	asked, ok := ast.Unparen(cmp.X).(*ast.SelectorExpr)
	given, ok2 := ast.Unparen(set.Lhs[0]).(*ast.SelectorExpr)
	if !ok || !ok2 || asked.Sel.Name != name || given.Sel.Name != name || !inscope.Pure(asked.X) || types.ExprString(asked.X) != types.ExprString(given.X) {
		return nil
	}
	return asked.X
}

// converted returns the constant, a time.Duration, as a value of type t.
func (l *limitFix) converted(value string, t types.Type) (string, bool) {
	if apimodel.IsClass(t, apimodel.Span) {
		return value, true
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return value, false
	}
	pkg := n.Obj().Pkg()
	if pkg == l.p.Pkg.Pass.Pkg {
		return n.Obj().Name() + "(" + value + ")", l.p.Visible(n.Obj(), l.p.Stmt.Pos())
	}
	for _, spec := range l.p.Src.Syntax.Imports {
		as := l.p.Info().PkgNameOf(spec)
		if as == nil || as.Imported() != pkg || !l.p.Visible(as, l.p.Stmt.Pos()) {
			continue
		}
		return as.Name() + "." + n.Obj().Name() + "(" + value + ")", true
	}
	return value, false
}
