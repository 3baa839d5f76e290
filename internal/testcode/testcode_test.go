package testcode

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

func TestMost(t *testing.T) {
	const product, helper = "package p", "package p\nimport \"testing\"\nvar _ testing.TB"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  bool
	}{
		{"a product", map[string]string{"serve.go": product}, false},
		{"its tests do not count", map[string]string{"serve.go": product, "a_test.go": helper, "b_test.go": helper}, false},
		{"a few helpers", map[string]string{"serve.go": product, "conn.go": product, "testing.go": helper}, false},
		{"half of it", map[string]string{"serve.go": product, "testing.go": helper}, false},
		{"helpers with a file beside", map[string]string{"doc.go": product, "a.go": helper, "b.go": helper}, true},
		{"helpers alone", map[string]string{"a.go": helper}, true},
		{"tests alone", map[string]string{"a_test.go": helper}, false},
	} {
		fset := token.NewFileSet()
		var files []*ast.File
		for name, src := range tt.files {
			f, err := parser.ParseFile(fset, name, src, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		if got := Most(fset, files); got != tt.want {
			t.Errorf("%s: Most: %t, want %t", tt.name, got, tt.want)
		}
	}
}
