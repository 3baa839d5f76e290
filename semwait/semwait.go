package semwait

import (
	_ "embed"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/inscope"
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
		Name: "semwait", Source: source,
		Strict: &r.Strict, Tests: &r.Tests,
		StrictUsage: "report the strict kinds too",
		May:         func(pass *analysis.Pass) bool { return waits(pass.Files) },
		Look:        r.look,
	}.Analyzer()
}

type rule struct{ Options }

func (r *rule) look(p *rules.Package) {
	c := &checker{
		rule: r, pass: p.Pass, eff: p.Eff, x: p.Eff.Index(), finder: loops.NewFinder(p.Eff),
		rep:   p.Rep,
		found: map[token.Pos]finding{},
	}
	c.check(p.Funcs)
	c.report()
}

// waits is the fast path: without a channel operation, a method call or an
// import there is nobody to wait for.
func waits(files []*ast.File) bool {
	for _, f := range files {
		if len(f.Imports) > 0 {
			return true
		}
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SendStmt:
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

// A checker looks at one package.
type checker struct {
	rule   *rule
	pass   *analysis.Pass
	eff    *effects.Result
	x      *valueflow.Index
	finder *loops.Finder
	rep    *report.Reporter

	found    map[token.Pos]finding
	channels *channels
	closers  map[any]bool
	scope    *inscope.Package

	untimed     *bool // what bodiesUntimed has found
	limiter     *limits.Checker
	limitsPools []ssa.CallInstruction
}

func (c *checker) check(fs []*ssa.Function) {
	for _, f := range fs {
		if f.Blocks == nil || f.Pos().IsValid() && c.rep.Skips(f.Pos()) {
			continue
		}
		for _, a := range c.acquires(f) {
			c.leaked(a)
			c.slotHeld(a)
			c.unended(a)
			c.onBackground(a)
			if c.rule.Strict {
				c.holdAndWait(a)
				c.unready(a)
				c.withoutFeedback(a)
			}
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				switch i := i.(type) {
				case *ssa.Send:
					c.sharedSend(i)
					c.orphanedSend(i)
					c.toWorker(i)
				case *ssa.UnOp:
					if recv, ok := valueflow.IsRecv(i); ok {
						c.fromWorker(recv)
					}
				case ssa.CallInstruction:
					c.overAsk(i)
					if call, ok := i.(*ssa.Call); ok {
						c.onPool(call)
						c.fullGroup(call)
						c.condWait(call)
						if c.rule.Strict {
							c.holdsAndWaits(call)
						}
					}
				}
			}
		}
	}
}
