package unboundedread

import (
	"fmt"
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/edit"
	"github.com/backpressure-go/backpressure/internal/inscope"
)

// checkText compares the length of text with a limit before it is decoded, or
// handed on to who does so.
func (s *site) checkText() []analysis.SuggestedFix {
	e := s.textArgument()
	n, ok := constantLimit(s.v.others[0])
	if e == nil || !ok || !s.Evaluable(e, s.Stmt.Pos()) || !s.mayLeave() {
		return nil
	}
	var a inscope.Edits
	text := s.Src.Node(e)
	var lines []string
	if !repeats(e) {
		if !s.comesFirst(e) {
			return nil
		}
		text = s.fx.LocalName(s.Decl, "text", "param", "encoded")
		lines = append(lines, text+" := "+s.Src.Node(e))
		a.Add(edit.Replace(e, text), true)
	}
	leave, ok := s.refuse(&a, "request is too large")
	if !ok {
		return nil
	}
	name := s.packageName("Text", "max"+strings.TrimSuffix(s.declName(), "Text")+"Text")
	a.Add(s.Src.Before(s.Decl,
		fmt.Sprintf("// %s bounds the text that %s has decoded: as many bytes as", name, s.reader()),
		"// a body may have are at most twice as long in text.",
		fmt.Sprintf("const %s = 2 * %d", name, n), ""))
	lines = append(append(append(lines, fmt.Sprintf("if len(%s) > %s {", text, name)), leave...), "}")
	a.Add(s.Src.Before(s.Stmt, lines...))
	return a.As("refuse text longer than a body may be")
}

// textArgument returns the argument of the call that is the text.
func (s *site) textArgument() ast.Expr {
	for _, e := range s.call.Args {
		if t := s.Info().TypeOf(e); t != nil && isText(t) && s.Info().Types[e].Value == nil {
			return e
		}
	}
	return nil
}

// repeats reports whether e is the same, and costs nothing, a second time: a
// variable, a field, an element with a constant index.
func repeats(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		_, lit := ast.Unparen(e.Index).(*ast.BasicLit)
		return lit && repeats(e.X)
	case *ast.SelectorExpr:
		return repeats(e.X)
	case *ast.Ident:
		return true
	}
	return false
}
