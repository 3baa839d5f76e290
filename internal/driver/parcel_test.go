package driver

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/tools/go/packages"
	"honnef.co/go/tools/go/loader"
)

func TestHasLines(t *testing.T) {
	const src = "package p\n\nvar a = 1\n"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "a.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	file := fset.File(f.FileStart)
	for _, test := range []struct {
		content string
		want    bool
	}{
		{src, true},
		{"package q\n\nvar a = 1\n", true}, // lines alone are compared
		{"package p\n\nvar a = 10\n", false},
		{"package p\nvar a = 1\n\n", false},
		{"package p\n\nvar a =\n1\n", false},
	} {
		if got := hasLines([]byte(test.content), file); got != test.want {
			t.Errorf("%q: got %t, want %t", test.content, got, test.want)
		}
	}
}

// TestRebase moves what was cached for a package that has since been copied
// to another directory, and nothing else.
func TestRebase(t *testing.T) {
	old, now := filepath.FromSlash("/old/p"), filepath.FromSlash("/new/p")
	in := func(dir, name string) string { return filepath.Join(dir, name) }
	moved := func(dir string) Finding {
		return Finding{
			File:    in(dir, "a.go"),
			Related: []Related{{File: in(dir, "b.go")}, {File: in("/elsewhere", "a.go")}},
			Fixes:   []Fix{{Edits: []Edit{{File: in(dir, "a.go")}}}},
			Sums:    map[string]string{in(dir, "a.go"): "sum"},
		}
	}
	files := []string{in(now, "a.go"), in(now, "b.go")}
	got := moved(old)
	got.rebase(files)
	if want := moved(now); !reflect.DeepEqual(got, want) {
		t.Errorf("moved: got %+v, want %+v", got, want)
	}
	got = moved(now)
	got.rebase(files)
	if want := moved(now); !reflect.DeepEqual(got, want) {
		t.Errorf("not moved: got %+v, want %+v", got, want)
	}
}

func TestProblems(t *testing.T) {
	dir := filepath.FromSlash("/m")
	file := filepath.FromSlash("/m/p/a.go")
	pkg := &loader.PackageSpec{PkgPath: "example.com/m/p"}
	for _, test := range []struct {
		name string
		err  error
		want []Problem
	}{
		{"typechecker", packages.Error{Pos: file + ":3:4", Msg: "undefined: x"}, []Problem{{file, 3, 4, "undefined: x"}}},
		{"linealone", packages.Error{Pos: file + ":3", Msg: "odd"}, []Problem{{file, 3, 0, "odd"}}},
		{"noplace", packages.Error{Pos: "-", Msg: "odd"}, []Problem{{Message: "example.com/m/p: odd"}}},
		{"compiler", packages.Error{Msg: "# example.com/m/p\np/a.go:3:4: undefined: x\np/a.go:5:6: more\n\tand more\ntoo many errors\n"},
			[]Problem{{file, 3, 4, "undefined: x"}, {file, 5, 6, "more\n\tand more"}, {Message: "example.com/m/p: too many errors"}}},
		{"compilerwithoutplace", packages.Error{Msg: "# example.com/m/p\nout of memory\n"},
			[]Problem{{Message: "# example.com/m/p\nout of memory"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := newProblems(dir, pkg, test.err); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
