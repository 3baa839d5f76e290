package apimodel

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

var (
	real   = flag.Bool("real", false, "resolve the rows against the modules themselves, which are downloaded")
	update = flag.Bool("update", false, "with -real: write the stubs anew")
)

// TestModuleRowsResolve resolves the rows of other modules against the modules
// themselves; without -real, TestStubRowsResolve does so against the stubs.
func TestModuleRowsResolve(t *testing.T) {
	if !*real {
		t.Skip("without -real")
	}
	u := newUniverse()
	loaded := 0
	for _, m := range modules {
		// A slash in a name would be one in -run's pattern, too.
		t.Run(strings.ReplaceAll(m.path, "/", "+"), func(t *testing.T) {
			pkgs := m.load(t)
			for _, p := range pkgs {
				u.add(p.Types)
			}
			if *update && !t.Failed() {
				m.writeStub(t, pkgs)
			}
			loaded++
		})
	}
	if loaded < len(modules) {
		t.Skip("some modules only: rows are resolved against all versions of a module")
	}
	u.check(t, func(path string) bool { return !Standard(path) })
}

// load downloads the module into a module of its own and type-checks the
// declarations of its packages.
func (m module) load(t *testing.T) []*packages.Package {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module stub\n\ngo 1.26.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	get := []string{"get"}
	var paths []string
	for _, p := range m.packages {
		get = append(get, m.importPath(p)+"@"+m.version)
		paths = append(paths, m.importPath(p))
	}
	env := append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=mod")
	cmd := exec.Command("go", get...)
	cmd.Dir, cmd.Env = dir, env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo |
			packages.NeedImports | packages.NeedDeps | packages.NeedFiles | packages.NeedCompiledGoFiles,
		Dir:       dir,
		Env:       env,
		ParseFile: parseDeclarations,
	}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, err := range p.Errors {
			// Bodies are missing, and with them the uses of most imports.
			if err.Kind != packages.TypeError || !expected(err.Msg) {
				t.Logf("%s: %v", p.PkgPath, err)
			}
		}
		if !p.Types.Complete() && p.Types.Scope().Len() == 0 {
			t.Errorf("%s: nothing was loaded", p.PkgPath)
		}
	}
	return pkgs
}

func expected(msg string) bool {
	return strings.Contains(msg, "imported and not used") || strings.Contains(msg, "imported as") ||
		strings.Contains(msg, "missing function body")
}

// parseDeclarations parses a file without its functions' bodies: types need
// none of them, and the dependencies of some modules are large.
func parseDeclarations(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if f != nil {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && (fn.Recv != nil || fn.Name.Name != "init") {
				fn.Body = nil
			} else if ok { // init must have one
				fn.Body = &ast.BlockStmt{Lbrace: fn.Body.Lbrace, Rbrace: fn.Body.Rbrace}
			}
		}
	}
	return f, err
}
