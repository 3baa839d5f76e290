// Package lazyssa builds the SSA form of the package under analysis when
// somebody first asks for it. Most packages of a program never need it.
package lazyssa

import (
	"go/ast"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"
)

// Analyzer provides a *Program for the package. Unlike passes/buildssa it
// does no work until Program.Funcs or Program.Package is called.
var Analyzer = &analysis.Analyzer{
	Name:       "lazyssa",
	Doc:        "build SSA-form IR when it is first asked for",
	Run:        func(pass *analysis.Pass) (any, error) { return newProgram(pass), nil },
	Requires:   []*analysis.Analyzer{ctrlflow.Analyzer},
	ResultType: reflect.TypeFor[*Program](),
}

// A Program is the SSA form of one package, built on demand.
// Its methods may be called from several analyzers at once.
type Program struct {
	build func() *built
}

type built struct {
	pkg   *ssa.Package
	funcs []*ssa.Function
}

func newProgram(pass *analysis.Pass) *Program {
	cfgs := pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	return &Program{build: sync.OnceValue(func() *built { return buildPackage(pass, cfgs.NoReturn) })}
}

// Package returns the SSA package, building it at the first call.
func (p *Program) Package() *ssa.Package { return p.build().pkg }

// Funcs returns the functions declared in the package's files in source
// order, each followed by the function literals inside it.
func (p *Program) Funcs() []*ssa.Function { return p.build().funcs }

// buildPackage builds pass's package. noReturn keeps calls that never return
// (log.Fatal) from looking like paths that go on.
func buildPackage(pass *analysis.Pass, noReturn func(*types.Func) bool) *built {
	prog := ssa.NewProgram(pass.Fset, ssa.BuilderMode(0))
	prog.SetNoReturn(noReturn)
	for _, imp := range pass.Pkg.Imports() {
		prog.CreatePackage(imp, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()

	b := &built{pkg: pkg}
	var add func(f *ssa.Function)
	add = func(f *ssa.Function) {
		b.funcs = append(b.funcs, f)
		for _, anon := range f.AnonFuncs {
			add(anon)
		}
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			fd, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			fn, ok := pass.TypesInfo.Defs[fd.Name].(*types.Func)
			if !ok {
				continue // broken package
			}
			if f := prog.FuncValue(fn); f != nil {
				add(f)
			}
		}
	}
	// Function literals of package-level variables hang off the initializer.
	if init := pkg.Func("init"); init != nil {
		add(init)
	}
	return b
}
