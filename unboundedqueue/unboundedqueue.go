package unboundedqueue

import (
	_ "embed"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/containers"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/limits"
	"github.com/backpressure-go/backpressure/internal/loops"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/rules"
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
	return rules.Rule{
		Name: "unboundedqueue", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report maps that something is deleted from and timers too",
		May:         func(pass *analysis.Pass) bool { return keeps(pass.Files) },
		Look:        r.look,
	}.Analyzer()
}

type rule struct{ Options }

func (r *rule) look(p *rules.Package) {
	c := newChecker(r, p)
	c.containers()
	for _, f := range p.Funcs {
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
	rule     *rule
	pass     *analysis.Pass
	rep      *report.Reporter
	eff      *effects.Result
	x        *valueflow.Index
	finder   *loops.Finder
	limits   *limits.Checker
	index    *containers.Index
	found    []verdict
	drivers  map[any][]loops.Driver
	lengths  map[*containers.Container][]*ssa.BinOp
	makersOf map[*types.TypeName][]*ssa.Function // who makes values of a type
}

func newChecker(r *rule, p *rules.Package) *checker {
	fd := loops.NewFinder(p.Eff)
	return &checker{
		rule: r, pass: p.Pass, rep: p.Rep,
		eff: p.Eff, x: p.Eff.Index(), finder: fd, limits: limits.NewChecker(fd),
		index:   containers.New(p.Eff),
		drivers: map[any][]loops.Driver{},
		lengths: map[*containers.Container][]*ssa.BinOp{},
	}
}
