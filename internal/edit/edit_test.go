package edit

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

const source = `package p

// Above f.
func f(a, b int) {
	// Above the loop.
	for {
		go f(a, b) // behind
		func() { f(b, a); f(a, a) }()
		go f(
			a, // first

			b,
		)
	}
}
`

func TestEdits(t *testing.T) {
	tests := []struct {
		name string
		edit func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool)
		want string
	}{
		{"before a comment", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			e, ok := f.Before(loop, "x := 1", "_ = x")
			return []analysis.TextEdit{e}, ok
		}, "x := 1\n\t_ = x\n\t// Above the loop.\n\tfor {"},
		{"after a comment", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			e, ok := f.After(loop.Body.List[0], "f(1, 2)")
			return []analysis.TextEdit{e}, ok
		}, "go f(a, b) // behind\n\t\tf(1, 2)\n\t\tfunc()"},
		{"one line opened", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			call := loop.Body.List[1].(*ast.ExprStmt).X.(*ast.CallExpr)
			return f.Open(call.Fun.(*ast.FuncLit).Body, "defer f(0, 0)")
		}, "func() {\n\t\t\tdefer f(0, 0)\n\t\t\tf(b, a)\n\t\t\tf(a, a)\n\t\t}()"},
		{"call wrapped", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			return f.Wrap(loop.Body.List[0].(*ast.GoStmt).Call, true, "defer f(0, 0)")
		}, "go func() {\n\t\t\tdefer f(0, 0)\n\t\t\tf(a, b)\n\t\t}() // behind"},
		{"long call wrapped", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			return f.Wrap(loop.Body.List[2].(*ast.GoStmt).Call, true, "defer f(0, 0)")
		}, "go func() {\n\t\t\tdefer f(0, 0)\n\t\t\tf(\n\t\t\t\ta, // first\n\n\t\t\t\tb,\n\t\t\t)\n\t\t}()"},
		{"deleted", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			e, ok := f.Delete(loop.Body.List[1], false)
			return []analysis.TextEdit{e}, ok
		}, "// behind\n\t\tgo f(\n"},
		{"not deleted with a comment behind", func(f *File, loop *ast.ForStmt) ([]analysis.TextEdit, bool) {
			e, ok := f.Delete(loop.Body.List[0], false)
			return []analysis.TextEdit{e}, ok
		}, ""},
	}
	for _, test := range tests {
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := New(fset, syntax, []byte(source))
		if !ok {
			t.Fatal("the source does not belong to its syntax")
		}
		loop := syntax.Decls[0].(*ast.FuncDecl).Body.List[0].(*ast.ForStmt)
		edits, ok := test.edit(f, loop)
		if ok != (test.want != "") {
			t.Errorf("%s: ok = %v", test.name, ok)
		}
		if !ok {
			continue
		}
		got := made(fset, edits)
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got\n%s\nwithout\n%s", test.name, got, test.want)
		}
		if is, err := format.Source([]byte(got)); err != nil || string(is) != got {
			t.Errorf("%s: not formatted (%v):\n%s", test.name, err, got)
		}
	}
}

// made returns the source with the edits.
func made(fset *token.FileSet, edits []analysis.TextEdit) string {
	out := source
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return int(a.Pos - b.Pos) })
	for _, e := range slices.Backward(edits) {
		tok := fset.File(e.Pos)
		out = out[:tok.Offset(e.Pos)] + string(e.NewText) + out[tok.Offset(e.End):]
	}
	return out
}

func TestFresh(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", "package p\nfunc f(x T) { x.free = taken }", 0)
	if err != nil {
		t.Fatal(err)
	}
	ns := Names{}
	ns.Add(f)
	for _, want := range []string{"free", "free2", "free3"} {
		if got := ns.Fresh("taken", "free"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
