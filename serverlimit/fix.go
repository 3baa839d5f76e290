package serverlimit

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/backpressure-go/backpressure/internal/inscope"
	"github.com/backpressure-go/backpressure/internal/report"
)

// A fix makes the suggested fixes of a finding in the file; path leads from
// the innermost syntax at the finding outwards.
type fix func(file *ast.File, path []ast.Node) []analysis.SuggestedFix

// fixes returns what f suggests, nothing for files that are not to be
// changed.
func (c *checker) fixes(file *ast.File, pos token.Pos, f fix) []analysis.SuggestedFix {
	if f == nil || !report.Fixable(file) || c.scope.Source(file) == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
	return f(file, path)
}

// A knob is a constant that a fix declares.
type knob struct{ name, value, comment string }

// declare adds the declaration of constants above the declaration around p.
func declare(es *inscope.Edits, p *inscope.Point, why string, ks ...knob) {
	var b strings.Builder
	if len(ks) == 1 {
		fmt.Fprintf(&b, "const %s = %s // %s\n", ks[0].name, ks[0].value, ks[0].comment)
	} else {
		fmt.Fprintf(&b, "// %s\nconst (\n", why)
		for _, k := range ks {
			fmt.Fprintf(&b, "%s = %s // %s\n", k.name, k.value, k.comment)
		}
		b.WriteString(")\n")
	}
	lines, ok := formatted(b.String())
	if !ok {
		es.Failed = true
		return
	}
	es.Add(p.Src.Before(p.Decl, append(lines, "")...))
}

// formatted returns the lines of a declaration as gofmt writes them.
func formatted(decl string) ([]string, bool) {
	out, err := format.Source([]byte("package p\n\n" + decl))
	if err != nil {
		return nil, false
	}
	text := strings.TrimPrefix(string(out), "package p\n\n")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n"), true
}

// insert is an edit that puts text in front of pos.
func insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// callIn returns the innermost call of the path whose parenthesis or begin is
// at pos, nil for none.
func callIn(path []ast.Node, pos token.Pos) *ast.CallExpr {
	for _, n := range path {
		if call, ok := n.(*ast.CallExpr); ok && (call.Lparen == pos || call.Pos() == pos) {
			return call
		}
	}
	return nil
}

// qualifier returns how the source names the package of the called function:
// "http." in http.Serve(ln, h), "" where it is imported with a dot.
func qualifier(p *inscope.Point, call *ast.CallExpr) string {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if _, isPkg := p.Object(sel.X).(*types.PkgName); isPkg {
			return p.Src.Node(sel.X) + "."
		}
	}
	return ""
}

// calls counts the calls in e, whose order a fix must not change.
func calls(e ast.Expr) (n int) {
	ast.Inspect(e, func(x ast.Node) bool {
		if _, ok := x.(*ast.CallExpr); ok {
			n++
		}
		return true
	})
	return n
}
