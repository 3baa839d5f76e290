package unboundedqueue

import (
	_ "embed"
	"fmt"
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/lazyssa"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
	"github.com/backpressure-go/backpressure/internal/valueflow"
)

//go:embed doc.go
var source string

// Options are the settings of the rule.
type Options struct {
	// Strict turns the strict findings on.
	Strict bool
	// Tests has test files and code that is no server (examples, benchmarks,
	// mocks) looked at too.
	Tests bool
}

// Analyzer is the rule with the default options.
var Analyzer = New(Options{})

// New returns the rule with options of its own, which its flags change.
func New(o Options) *analysis.Analyzer {
	r := &rule{Options: o}
	a := &analysis.Analyzer{
		Name:     "unboundedqueue",
		Doc:      ruledoc.Of(source, "unboundedqueue"),
		URL:      report.URL("unboundedqueue"),
		Requires: []*analysis.Analyzer{effects.Analyzer, lazyssa.Analyzer, directive.Analyzer},
		Run:      r.run,
	}
	a.Flags.BoolVar(&r.Strict, "strict", r.Strict, "report maps that something is deleted from and timers too")
	a.Flags.BoolVar(&r.Tests, "tests", r.Tests, "look at test files, examples, benchmarks and mocks too")
	return a
}

type rule struct{ Options }

func (r *rule) run(pass *analysis.Pass) (any, error) {
	if !keeps(pass.Files) || !r.Tests && !report.Serves(pass) {
		return nil, nil
	}
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	defer eff.Use()()
	if eff.Incomplete != "" {
		return nil, fmt.Errorf("effects of %s: %s", pass.Pkg.Path(), eff.Incomplete)
	}
	c := newChecker(r, pass, eff)
	c.containers()
	for _, f := range pass.ResultOf[lazyssa.Analyzer].(*lazyssa.Program).Funcs() {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if !c.rep.Skips(i.Pos()) {
					c.instruction(i)
				}
			}
		}
		c.pumps(f)
		c.accumulations(f)
	}
	c.report()
	if missing := eff.Incompletes(); len(missing) > 0 {
		return nil, fmt.Errorf("effects of imports: %s", strings.Join(missing, "; "))
	}
	return nil, nil
}

// keeps is the fast path: a package that appends to nothing, makes no
// container, starts no goroutine and imports nothing has no queue.
func keeps(files []*ast.File) bool {
	for _, f := range files {
		if len(f.Imports) > 0 {
			return true
		}
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				found = true
			case *ast.Ident:
				found = found || n.Name == "append" || n.Name == "make"
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// A checker looks for queues in one package.
type checker struct {
	rule    *rule
	pass    *analysis.Pass
	rep     *report.Reporter
	eff     *effects.Result
	x       *valueflow.Index
	finder  *loops.Finder
	limits  *limits.Checker
	index   *containers.Index
	found   []verdict
	drivers map[any][]loops.Driver
	lengths map[*containers.Container][]*ssa.BinOp
}

func newChecker(r *rule, pass *analysis.Pass, eff *effects.Result) *checker {
	fd := loops.NewFinder(eff)
	return &checker{
		rule: r, pass: pass, rep: report.New(pass, "unboundedqueue", r.Tests),
		eff: eff, x: eff.Index(), finder: fd, limits: limits.NewChecker(fd),
		index:   containers.New(eff),
		drivers: map[any][]loops.Driver{},
		lengths: map[*containers.Container][]*ssa.BinOp{},
	}
}
