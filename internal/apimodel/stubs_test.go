package apimodel

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// stubImporter type-checks stubs; all else it takes from std.
type stubImporter struct {
	fset  *token.FileSet
	files map[string][]*ast.File // by import path
	std   map[string]*types.Package
	done  map[string]*types.Package
	errs  []error
}

func (im *stubImporter) Import(path string) (*types.Package, error) {
	if pkg := im.done[path]; pkg != nil {
		return pkg, nil
	}
	files, ok := im.files[path]
	if !ok {
		if pkg := im.std[path]; pkg != nil {
			return pkg, nil
		}
		return nil, fmt.Errorf("no stub of %s", path)
	}
	conf := types.Config{Importer: im, Error: func(err error) { im.errs = append(im.errs, err) }}
	pkg, _ := conf.Check(path, im.fset, files, nil)
	im.done[path] = pkg
	return pkg, nil
}

// parse reads the stub of an import path and returns what it imports.
func (im *stubImporter) parse(t *testing.T, path string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(stubDir(path), "*.go"))
	if err != nil || len(names) == 0 {
		t.Errorf("no stub of %s in %s (%v)", path, stubDir(path), err)
		return nil
	}
	var imports []string
	for _, name := range names {
		f, err := parser.ParseFile(im.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		im.files[path] = append(im.files[path], f)
		for _, spec := range f.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && !slices.Contains(imports, imported) {
				imports = append(imports, imported)
			}
		}
	}
	return imports
}

func TestStubRowsResolve(t *testing.T) {
	im := &stubImporter{fset: token.NewFileSet(), files: map[string][]*ast.File{}, done: map[string]*types.Package{}}
	std := map[string]bool{}
	for _, m := range modules {
		for _, p := range m.packages {
			for _, imported := range im.parse(t, m.importPath(p)) {
				if Standard(imported) {
					std[imported] = true
				}
			}
		}
	}
	var paths []string
	for path := range std {
		paths = append(paths, path)
	}
	im.std = loadStd(t, paths)
	u := newUniverse()
	for path := range im.files {
		pkg, err := im.Import(path)
		if err != nil {
			t.Error(err)
			continue
		}
		u.add(pkg)
	}
	for _, err := range im.errs {
		t.Error(err)
	}
	u.check(t, func(path string) bool { return !Standard(path) })
}

// Every package that a row names is the standard library's or has a stub.
func TestModulesCoverRows(t *testing.T) {
	have := map[string]bool{}
	for i, m := range modules {
		if i > 0 && modules[i-1].path >= m.path {
			t.Errorf("%s does not sort after %s", m.path, modules[i-1].path)
		}
		for _, p := range m.packages {
			have[normalize(m.importPath(p))] = true
		}
	}
	eachPackage(func(path string) {
		if !Standard(path) && !have[path] {
			t.Errorf("no module is listed for %s", path)
		}
	})
}

// A stub's go.mod names the module that rows resolve against.
func TestStubModules(t *testing.T) {
	for _, m := range modules {
		name := filepath.Join(stubDir(m.path), "go.mod")
		src, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.HasPrefix(string(src), "module "+m.path+"\n") {
			t.Errorf("%s is not of module %s", name, m.path)
		}
	}
}
