package passes_test

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/objectpath"

	"github.com/backpressure-go/backpressure/passes"
)

// directories returns the directory of each analyzer of the suite.
func directories(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, a := range passes.Suite() {
		dir := a.Name
		if _, err := os.Stat(filepath.Join("..", dir)); err != nil {
			dir = "passes/" + dir
		}
		out = append(out, dir)
	}
	return out
}

// TestExported checks that the package of each analyzer exports it by the name
// that drivers which are built out of such packages expect (nogo).
func TestExported(t *testing.T) {
	for _, dir := range directories(t) {
		pkgs, err := parser.ParseDir(token.NewFileSet(), filepath.Join("..", dir), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		p := pkgs[filepath.Base(dir)]
		if p == nil {
			t.Errorf("%s: the package is not named after its directory", dir)
			continue
		}
		found := false
		for _, f := range p.Files {
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
					for _, s := range g.Specs {
						found = found || slices.ContainsFunc(s.(*ast.ValueSpec).Names, func(n *ast.Ident) bool { return n.Name == "Analyzer" })
					}
				}
			}
		}
		if !found {
			t.Errorf("%s exports no variable Analyzer", dir)
		}
	}
}

// TestBazel checks that the page about Bazel names all of them.
func TestBazel(t *testing.T) {
	page, err := os.ReadFile("../docs/integrations/bazel.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`"@com_github_backpressure_go_backpressure//([a-z/]+)"`).FindAllStringSubmatch(string(page), -1) {
		got = append(got, m[1])
	}
	if want := directories(t); !slices.Equal(got, want) {
		t.Errorf("the page names %v, want %v", got, want)
	}
}

// TestContract runs the suite as the poorest of drivers does: no Module, no
// ReadFile, none of what is optional in a pass; facts come to other packages
// as bytes; analyzers run at once. Two runs find the same, facts included.
func TestContract(t *testing.T) {
	dirs := []string{
		"./unboundedgo/acceptcrosspkg/...", "./unboundedgo/semaphoresend/...", "./directives/...",
		"./unboundedqueue/...", "./unboundedread/...", "./unbufferedwrite/...", "./semwait/...", "./serverlimit/...",
	}
	if testing.Short() {
		dirs = dirs[:3]
	}
	first, second := runBare(t, dirs), runBare(t, dirs)
	if first.findings == 0 || len(first.facts) == 0 {
		t.Fatalf("%d findings, %d facts: the corpus has both", first.findings, len(first.facts))
	}
	for _, line := range first.lines {
		if !slices.Contains(second.lines, line) {
			t.Errorf("in the first run only: %s", line)
		}
	}
	for _, line := range second.lines {
		if !slices.Contains(first.lines, line) {
			t.Errorf("in the second run only: %s", line)
		}
	}
	for key, data := range first.facts {
		if !bytes.Equal(data, second.facts[key]) {
			t.Errorf("fact %v differs between runs", key)
		}
	}
	if len(first.facts) != len(second.facts) {
		t.Errorf("%d facts, then %d", len(first.facts), len(second.facts))
	}
}

// A factKey names a fact about an object, or about a package if the path is "".
type factKey struct{ pkg, path, fact string }

// bare is the driver.
type bare struct {
	t *testing.T

	mu       sync.Mutex
	facts    map[factKey][]byte
	lines    []string // all that was reported
	findings int
}

func runBare(t *testing.T, dirs []string) *bare {
	t.Helper()
	dir, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	roots, err := packages.Load(&packages.Config{
		Dir: dir, Mode: packages.LoadSyntax, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PWD="+dir),
	}, dirs...)
	if err != nil {
		t.Fatal(err)
	}
	d := &bare{t: t, facts: map[factKey][]byte{}}
	isRoot := map[*packages.Package]bool{}
	for _, p := range roots {
		isRoot[p] = len(p.Errors) == 0
	}
	packages.Visit(roots, nil, func(p *packages.Package) { // dependencies first
		if isRoot[p] {
			d.analyse(p)
		}
	})
	slices.Sort(d.lines)
	return d
}

// analyse runs the suite on a package.
func (d *bare) analyse(p *packages.Package) {
	type action struct {
		once   sync.Once
		result any
	}
	var mu sync.Mutex
	actions := map[*analysis.Analyzer]*action{}
	suite := passes.New()
	var run func(a *analysis.Analyzer) any
	run = func(a *analysis.Analyzer) any {
		mu.Lock()
		act := actions[a]
		if act == nil {
			act = new(action)
			actions[a] = act
		}
		mu.Unlock()
		act.once.Do(func() {
			results := map[*analysis.Analyzer]any{}
			for _, req := range a.Requires {
				results[req] = run(req)
			}
			pass := d.pass(p, a, slices.Contains(suite, a))
			pass.ResultOf = results
			var err error
			if act.result, err = a.Run(pass); err != nil {
				d.t.Errorf("%s on %s: %v", a.Name, p.PkgPath, err)
			}
		})
		return act.result
	}
	var wg sync.WaitGroup
	for _, a := range suite {
		wg.Go(func() { run(a) })
	}
	wg.Wait()
}

// pass returns a pass with no more than every driver provides.
func (d *bare) pass(p *packages.Package, a *analysis.Analyzer, root bool) *analysis.Pass {
	return &analysis.Pass{
		Analyzer: a, Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
		Report: func(diag analysis.Diagnostic) {
			if root {
				d.report(p, a, diag)
			}
		},
		ImportObjectFact: func(obj types.Object, f analysis.Fact) bool { return d.load(objectKey(obj, f), f) },
		ExportObjectFact: func(obj types.Object, f analysis.Fact) {
			if obj.Pkg() != p.Types {
				d.t.Errorf("%s exports a fact about %v of another package than %s", a.Name, obj, p.PkgPath)
			}
			d.store(a, objectKey(obj, f), f)
		},
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool { return d.load(packageKey(pkg, f), f) },
		ExportPackageFact: func(f analysis.Fact) { d.store(a, packageKey(p.Types, f), f) },
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
}

func objectKey(obj types.Object, f analysis.Fact) factKey {
	path, err := objectpath.For(obj)
	if err != nil {
		path = objectpath.Path(fmt.Sprintf("local %s %d", obj.Name(), obj.Pos())) // for its own package alone
	}
	return factKey{obj.Pkg().Path(), string(path), reflect.TypeOf(f).String()}
}

func packageKey(pkg *types.Package, f analysis.Fact) factKey {
	return factKey{pkg.Path(), "", reflect.TypeOf(f).String()}
}

func (d *bare) store(a *analysis.Analyzer, key factKey, f analysis.Fact) {
	if !slices.ContainsFunc(a.FactTypes, func(known analysis.Fact) bool { return reflect.TypeOf(known) == reflect.TypeOf(f) }) {
		d.t.Errorf("%s does not list %T among its facts", a.Name, f)
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(f); err != nil {
		d.t.Errorf("%s: fact %v: %v", a.Name, f, err)
	}
	d.mu.Lock()
	d.facts[key] = buf.Bytes()
	d.mu.Unlock()
}

func (d *bare) load(key factKey, f analysis.Fact) bool {
	d.mu.Lock()
	data, ok := d.facts[key]
	d.mu.Unlock()
	if ok {
		if err := gob.NewDecoder(bytes.NewReader(data)).Decode(f); err != nil {
			d.t.Errorf("fact %v: %v", key, err)
		}
	}
	return ok
}

// report writes down a finding with all that belongs to it.
func (d *bare) report(p *packages.Package, a *analysis.Analyzer, diag analysis.Diagnostic) {
	at := func(pos token.Pos) string { return fmt.Sprint(p.Fset.Position(pos)) }
	words := []string{at(diag.Pos), at(diag.End), cmp.Or(diag.Category, "no kind"), a.Name, diag.Message}
	for _, r := range diag.Related {
		words = append(words, at(r.Pos), r.Message)
	}
	for _, f := range diag.SuggestedFixes {
		words = append(words, f.Message)
		for _, e := range f.TextEdits {
			words = append(words, at(e.Pos), at(e.End), string(e.NewText))
		}
	}
	d.mu.Lock()
	d.lines = append(d.lines, strings.Join(words, " | "))
	d.findings++
	d.mu.Unlock()
}
