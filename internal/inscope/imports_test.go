package inscope

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestImport adds the import of a package to files of different forms.
func TestImport(t *testing.T) {
	for _, c := range []struct{ situation, src, want, as string }{
		{"grouped", "package p\n\nimport (\n\t\"errors\"\n)\n\nvar _ = errors.New\n\nfunc f() {\n\tprintln()\n}\n",
			"package p\n\nimport (\n\t\"errors\"\n\t\"time\"\n)\n\nvar _ = errors.New\n\nfunc f() {\n\tprintln()\n}\n", "time"},
		{"between", "package p\n\nimport (\n\t\"errors\"\n\t\"unsafe\"\n)\n\nvar _ = errors.New\n\nvar _ unsafe.Pointer\n\nfunc f() {\n\tprintln()\n}\n",
			"package p\n\nimport (\n\t\"errors\"\n\t\"time\"\n\t\"unsafe\"\n)\n\nvar _ = errors.New\n\nvar _ unsafe.Pointer\n\nfunc f() {\n\tprintln()\n}\n", "time"},
		{"single", "package p\n\nimport \"errors\"\n\nvar _ = errors.New\n\nfunc f() {\n\tprintln()\n}\n",
			"package p\n\nimport (\n\t\"errors\"\n\t\"time\"\n)\n\nvar _ = errors.New\n\nfunc f() {\n\tprintln()\n}\n", "time"},
		{"there", "package p\n\nimport clock \"time\"\n\nvar _ clock.Time\n\nfunc f() {\n\tprintln()\n}\n",
			"package p\n\nimport clock \"time\"\n\nvar _ clock.Time\n\nfunc f() {\n\tprintln()\n}\n", "clock"},
		{"taken", "package p\n\nimport \"errors\"\n\nvar _ = errors.New\n\nfunc f() {\n\ttime := 1\n\tprintln(time)\n}\n", "", ""},
		{"none", "package p\n\nfunc f() {\n\tprintln()\n}\n", "", ""},
	} {
		t.Run(c.situation, func(t *testing.T) {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, "p.go", c.src, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}}
			pkg, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("p", fset, []*ast.File{file}, info)
			if err != nil {
				t.Fatal(err)
			}
			k := Of(&analysis.Pass{Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info,
				ReadFile: func(string) ([]byte, error) { return []byte(c.src), nil }})
			fn := file.Decls[len(file.Decls)-1].(*ast.FuncDecl)
			p, ok := k.At(file, fn.Body.List[len(fn.Body.List)-1])
			if !ok {
				t.Fatal("no point")
			}
			as, edits, ok := p.Import("time")
			if ok != (c.want != "") || as != c.as {
				t.Fatalf("got %q, %v, want %q", as, ok, c.as)
			}
			if !ok {
				return
			}
			got := c.src
			for _, e := range edits {
				got = got[:fset.Position(e.Pos).Offset] + string(e.NewText) + got[fset.Position(e.End).Offset:]
			}
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
