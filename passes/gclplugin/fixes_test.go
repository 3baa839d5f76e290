package gclplugin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestChoose offers fixes in turn and tells which are kept.
func TestChoose(t *testing.T) {
	type change struct {
		file, start, end int
		text             string
	}
	const src = "package p\n\nvar one, two int\n" // the names are at 15 and 20
	for _, c := range []struct {
		name  string
		fixes [][]change
		want  []bool
	}{
		{"apart", [][]change{{{0, 15, 18, "ein"}}, {{0, 20, 23, "zwei"}}}, []bool{true, true}},
		{"overlap", [][]change{{{0, 15, 18, "ein"}}, {{0, 16, 23, "x"}}}, []bool{true, false}},
		{"same", [][]change{{{0, 15, 18, "ein"}}, {{0, 15, 18, "ein"}}}, []bool{true, true}},
		{"insertions", [][]change{{{0, 11, 11, "var a int\n"}}, {{0, 11, 11, "var b int\n"}}}, []bool{true, true}},
		{"declaredtwice", [][]change{{{0, 11, 11, "var a int\n"}}, {{0, 28, 28, "var a int\n"}}}, []bool{true, false}},
		{"declaredelsewhere", [][]change{{{0, 11, 11, "var a int\n"}}, {{1, 11, 11, "const a = 1\n"}}}, []bool{true, false}},
		{"otherfile", [][]change{{{0, 11, 11, "var a int\n"}, {1, 11, 11, "var b int\n"}}, {{1, 11, 11, "var b int\n"}}}, []bool{false, true}},
		{"broken", [][]change{{{0, 11, 14, "vra"}}, {{0, 15, 18, "ein"}}}, []bool{false, true}},
		{"empty", [][]change{{}}, []bool{false}},
	} {
		fset := token.NewFileSet()
		pass := &analysis.Pass{Fset: fset, ReadFile: func(string) ([]byte, error) { return []byte(src), nil }}
		for _, name := range []string{"a.go", "b.go"} {
			f, err := parser.ParseFile(fset, name, src, 0)
			if err != nil {
				t.Fatal(err)
			}
			pass.Files = append(pass.Files, f)
		}
		at := func(f *ast.File, offset int) token.Pos { return f.FileStart + token.Pos(offset) }
		choice := newFixes(pass)
		for i, fix := range c.fixes {
			d := analysis.Diagnostic{Pos: pass.Files[0].FileStart, SuggestedFixes: make([]analysis.SuggestedFix, 2)}
			for j, e := range fix {
				if j == 0 {
					d.Pos = pass.Files[e.file].FileStart
				}
				d.SuggestedFixes[0].TextEdits = append(d.SuggestedFixes[0].TextEdits,
					analysis.TextEdit{Pos: at(pass.Files[e.file], e.start), End: at(pass.Files[e.file], e.end), NewText: []byte(e.text)})
			}
			got := choice.choose(d)
			if len(got) > 1 || (len(got) == 1) != c.want[i] {
				t.Errorf("%s: fix %d: got %d fixes, want it kept: %v", c.name, i, len(got), c.want[i])
			}
		}
	}
}
