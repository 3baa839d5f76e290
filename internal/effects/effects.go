// Package effects says what calling a function does to the number of
// goroutines, slots and waiters: whether it waits, what it receives, which
// slots it takes and gives back, and whether it starts goroutines.
//
// Within the package under analysis the answers are computed from SSA when
// asked for. Across packages they travel as object facts, exported for
// packages in which a syntax scan finds something to say.
package effects

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/apimodel"
	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/flowgraph"
	"github.com/backpressure-go/backpressure/internal/lazyssa"
	"github.com/backpressure-go/backpressure/internal/streams"
	"github.com/backpressure-go/backpressure/internal/testcode"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

// Analyzer exports facts for functions and provides a *Result.
var Analyzer = &analysis.Analyzer{
	Name:       "effects",
	Doc:        "summarise what functions do to goroutines, slots and waiters",
	Run:        run,
	Requires:   []*analysis.Analyzer{lazyssa.Analyzer, directive.Analyzer},
	FactTypes:  []analysis.Fact{new(funcFact), new(incomplete), new(boundedFact), new(capacityFact)},
	ResultType: reflect.TypeFor[*Result](),
}

// incomplete is a package fact: effects failed there, for the reason given.
type incomplete struct{ Reason string }

func (*incomplete) AFact()           {}
func (f *incomplete) String() string { return "incomplete: " + f.Reason }

// A Result answers questions about the package under analysis and, through
// facts, about the packages it imports.
type Result struct {
	// Incomplete is the reason why this package could not be summarised,
	// empty when it could.
	Incomplete string

	pass       *analysis.Pass
	directives *directive.Set

	index func() *valueflow.Index

	use       sync.Mutex // held by the rule that runs on the package
	summaries map[*ssa.Function]*Summary
	busy      map[*ssa.Function]bool
	streams   *streams.Finder
	forests   flowgraph.Forests
	limits    []limiting // nil until asked for
	servings  []Serving  // nil until asked for

	retryAfter *bool // whether the header is named; nil until asked for
}

func run(pass *analysis.Pass) (res any, err error) {
	prog := pass.ResultOf[lazyssa.Analyzer].(*lazyssa.Program)
	r := &Result{
		pass:       pass,
		directives: pass.ResultOf[directive.Analyzer].(*directive.Set),
		index:      sync.OnceValue(func() *valueflow.Index { return valueflow.New(prog.Package(), product(pass, prog.Funcs())) }),
		summaries:  map[*ssa.Function]*Summary{},
		busy:       map[*ssa.Function]bool{},
		forests:    flowgraph.Forests{},
	}
	if apimodel.Standard(pass.Pkg.Path()) {
		return r, nil
	}
	r.exportBounds()
	if !worthSummary(pass) {
		return r, nil
	}
	defer func() {
		// A failure here would take every importer's analysis with it.
		if p := recover(); p != nil {
			r.Incomplete = fmt.Sprint(p)
			pass.ExportPackageFact(&incomplete{r.Incomplete})
			res, err = r, nil
		}
	}()
	r.exportCapacities()
	for _, f := range prog.Funcs() {
		obj, ok := f.Object().(*types.Func)
		if !ok || !visible(obj) {
			continue
		}
		if fact := r.factOf(f); fact != nil {
			pass.ExportObjectFact(obj, fact)
		}
	}
	r.exportBareMethods()
	return r, nil
}

// product returns the functions outside of code for tests: what a test passes
// or stores does not happen in the product. A package of nothing else is its
// own product.
func product(pass *analysis.Pass, fs []*ssa.Function) []*ssa.Function {
	if testcode.Most(pass.Fset, pass.Files) {
		return fs
	}
	helps := map[*token.File]bool{}
	for _, f := range pass.Files {
		helps[pass.Fset.File(f.FileStart)] = testcode.Helps(pass.Fset, f)
	}
	var own []*ssa.Function
	for _, f := range fs {
		if !f.Pos().IsValid() || !helps[pass.Fset.File(f.Pos())] {
			own = append(own, f)
		}
	}
	if len(own) <= 1 { // the initializer has no position
		return fs
	}
	return own
}

// visible reports whether code of another package can call fn by name or
// through an interface.
func visible(fn *types.Func) bool { return fn.Exported() }

// worthSummary reports whether a file of the package has go, channels,
// select, or imports something whose effects are known: SSA pays only there.
func worthSummary(pass *analysis.Pass) bool {
	for _, f := range pass.Files {
		for _, imp := range f.Imports {
			if path, err := strconv.Unquote(imp.Path.Value); err == nil && apimodel.Telling(path) {
				return true
			}
		}
		if worthReading(f) {
			return true
		}
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// Use reserves the result for one rule: summaries are computed as they are
// asked for, and rules of one package may run at once. Call release when done.
func (r *Result) Use() (release func()) {
	r.use.Lock()
	return r.use.Unlock
}

// Index returns the value flow of the package under analysis.
func (r *Result) Index() *valueflow.Index { return r.index() }

// Pass returns the pass the result was made for.
func (r *Result) Pass() *analysis.Pass { return r.pass }

// Incompletes returns, for each directly imported package whose effects could
// not be computed, the reason.
func (r *Result) Incompletes() []string {
	var out []string
	for _, p := range r.pass.Pkg.Imports() {
		var f incomplete
		if r.pass.ImportPackageFact(p, &f) {
			out = append(out, p.Path()+": "+f.Reason)
		}
	}
	return out
}
