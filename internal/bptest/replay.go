package bptest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// A Replay analyses one package again with some of its files changed. What
// the package imports, and the facts about it, stay as they were: that is
// what makes hundreds of fixes cheap to check.
type Replay struct {
	act   *checker.Action
	facts map[*analysis.Analyzer]*factSet
}

// NewReplay returns a Replay of the package that act, of the rule itself,
// analysed.
func NewReplay(act *checker.Action) *Replay {
	r := &Replay{act: act, facts: map[*analysis.Analyzer]*factSet{}}
	var visit func(a *checker.Action)
	visit = func(a *checker.Action) {
		if a.Package != act.Package || r.facts[a.Analyzer] != nil {
			return
		}
		r.facts[a.Analyzer] = newFactSet(a)
		for _, d := range a.Deps {
			visit(d)
		}
	}
	visit(act)
	return r
}

// Run returns what the rule reports when the files have the given contents,
// with the file set for the positions. An error says why the package does
// not compile.
func (r *Replay) Run(overlay map[string][]byte) (*token.FileSet, []analysis.Diagnostic, error) {
	pkg := r.act.Package
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range pkg.CompiledGoFiles {
		var src any
		if b, ok := overlay[name]; ok {
			src = b
		}
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: importer{pkg}, Sizes: pkg.TypesSizes}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		conf.GoVersion = "go" + pkg.Module.GoVersion
	}
	tpkg, err := conf.Check(pkg.PkgPath, fset, files, info)
	if err != nil {
		return nil, nil, err
	}
	var ds []analysis.Diagnostic
	p := &replayed{r: r, fset: fset, files: files, pkg: tpkg, info: info, overlay: overlay,
		results: map[*analysis.Analyzer]any{}, done: map[*analysis.Analyzer]error{},
		report: func(d analysis.Diagnostic) { ds = append(ds, d) }}
	err = p.run(r.act.Analyzer)
	return fset, ds, err
}

// importer finds the imports of a loaded package.
type importer struct{ pkg *packages.Package }

func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i.pkg.Imports[path]; p != nil && p.Types != nil {
		return p.Types, nil
	}
	if p := find(i.pkg, path, map[*packages.Package]bool{}); p != nil {
		return p, nil // a fix has added the import
	}
	return nil, fmt.Errorf("%s does not import %s", i.pkg.PkgPath, path)
}

// find returns the package of that path among what pkg is built from.
func find(pkg *packages.Package, path string, seen map[*packages.Package]bool) *types.Package {
	if seen[pkg] {
		return nil
	}
	seen[pkg] = true
	for _, p := range pkg.Imports {
		if p.PkgPath == path && p.Types != nil {
			return p.Types
		}
		if found := find(p, path, seen); found != nil {
			return found
		}
	}
	return nil
}

// replayed is one run.
type replayed struct {
	r       *Replay
	fset    *token.FileSet
	files   []*ast.File
	pkg     *types.Package
	info    *types.Info
	overlay map[string][]byte
	results map[*analysis.Analyzer]any
	done    map[*analysis.Analyzer]error
	report  func(analysis.Diagnostic)
}

// run runs a and what it requires, each once.
func (p *replayed) run(a *analysis.Analyzer) error {
	if err, ok := p.done[a]; ok {
		return err
	}
	results := map[*analysis.Analyzer]any{}
	for _, req := range a.Requires {
		if err := p.run(req); err != nil {
			p.done[a] = err
			return err
		}
		results[req] = p.results[req]
	}
	facts := p.r.facts[a].copy()
	old := p.r.act.Package
	pass := &analysis.Pass{
		Analyzer: a, Fset: p.fset, Files: p.files, OtherFiles: old.OtherFiles, IgnoredFiles: old.IgnoredFiles,
		Pkg: p.pkg, TypesInfo: p.info, TypesSizes: old.TypesSizes, ResultOf: results,
		Report:           func(d analysis.Diagnostic) {},
		ReadFile:         p.readFile,
		ImportObjectFact: facts.importObject, ExportObjectFact: facts.exportObject,
		ImportPackageFact: facts.importPackage, ExportPackageFact: func(f analysis.Fact) { facts.exportPackage(p.pkg, f) },
		AllObjectFacts: facts.allObjects, AllPackageFacts: facts.allPackages,
	}
	if old.Module != nil {
		pass.Module = &analysis.Module{Path: old.Module.Path, Version: old.Module.Version, GoVersion: old.Module.GoVersion}
	}
	if a == p.r.act.Analyzer {
		pass.Report = p.report
	}
	res, err := a.Run(pass)
	p.results[a], p.done[a] = res, err
	return err
}

func (p *replayed) readFile(name string) ([]byte, error) {
	if b, ok := p.overlay[name]; ok {
		return b, nil
	}
	return os.ReadFile(name)
}

// A factSet has the facts that one analyzer knows about a package's imports.
type factSet struct {
	objects  map[objectKey]analysis.Fact
	packages map[packageKey]analysis.Fact
}

type objectKey struct {
	obj types.Object
	typ reflect.Type
}

type packageKey struct {
	pkg *types.Package
	typ reflect.Type
}

// newFactSet returns the facts of act about other packages.
func newFactSet(act *checker.Action) *factSet {
	s := &factSet{map[objectKey]analysis.Fact{}, map[packageKey]analysis.Fact{}}
	if len(act.Analyzer.FactTypes) == 0 {
		return s
	}
	for _, f := range act.AllObjectFacts() {
		if f.Object.Pkg() != act.Package.Types {
			s.exportObject(f.Object, f.Fact)
		}
	}
	for _, f := range act.AllPackageFacts() {
		if f.Package != act.Package.Types {
			s.exportPackage(f.Package, f.Fact)
		}
	}
	return s
}

func (s *factSet) copy() *factSet {
	c := &factSet{map[objectKey]analysis.Fact{}, map[packageKey]analysis.Fact{}}
	if s != nil {
		for k, f := range s.objects {
			c.objects[k] = f
		}
		for k, f := range s.packages {
			c.packages[k] = f
		}
	}
	return c
}

func (s *factSet) importObject(obj types.Object, f analysis.Fact) bool {
	got, ok := s.objects[objectKey{obj, reflect.TypeOf(f)}]
	if ok {
		reflect.ValueOf(f).Elem().Set(reflect.ValueOf(got).Elem())
	}
	return ok
}

func (s *factSet) exportObject(obj types.Object, f analysis.Fact) {
	s.objects[objectKey{obj, reflect.TypeOf(f)}] = f
}

func (s *factSet) importPackage(pkg *types.Package, f analysis.Fact) bool {
	got, ok := s.packages[packageKey{pkg, reflect.TypeOf(f)}]
	if ok {
		reflect.ValueOf(f).Elem().Set(reflect.ValueOf(got).Elem())
	}
	return ok
}

func (s *factSet) exportPackage(pkg *types.Package, f analysis.Fact) {
	s.packages[packageKey{pkg, reflect.TypeOf(f)}] = f
}

func (s *factSet) allObjects() (fs []analysis.ObjectFact) {
	for k, f := range s.objects {
		fs = append(fs, analysis.ObjectFact{Object: k.obj, Fact: f})
	}
	return fs
}

func (s *factSet) allPackages() (fs []analysis.PackageFact) {
	for k, f := range s.packages {
		fs = append(fs, analysis.PackageFact{Package: k.pkg, Fact: f})
	}
	return fs
}
