// Package rules has what all rules share: how one is declared, and how it runs
// over a package.
package rules

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/lazyssa"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
)

// A Rule declares an analyzer.
type Rule struct {
	Name   string
	Source string // its doc.go

	// Strict and Tests are the settings that flags of these names change.
	Strict, Tests *bool
	StrictUsage   string // what -strict adds

	// May is the fast path: it reports whether there may be anything to find
	// in the package, before any SSA is built. Nil says yes.
	May func(*analysis.Pass) bool
	// Look reports what there is to find.
	Look func(*Package)
}

// A Package is what a rule looks at.
type Package struct {
	Pass *analysis.Pass
	Eff  *effects.Result
	Rep  *report.Reporter
	// Funcs are the functions of the package, literals included.
	Funcs []*ssa.Function
}

// Analyzer returns the analyzer of the rule. Its Run fails where the effects of
// the package, or of one it imports, could not be computed: what is missing
// could be a limit.
func (r Rule) Analyzer() *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:     r.Name,
		Doc:      ruledoc.Of(r.Source, r.Name),
		URL:      report.URL(r.Name),
		Requires: []*analysis.Analyzer{effects.Analyzer, lazyssa.Analyzer, directive.Analyzer},
		Run:      r.run,
	}
	a.Flags.BoolVar(r.Strict, "strict", *r.Strict, r.StrictUsage)
	a.Flags.BoolVar(r.Tests, "tests", *r.Tests, "look at test files, examples, benchmarks and mocks too")
	return a
}

func (r Rule) run(pass *analysis.Pass) (any, error) {
	if r.May != nil && !r.May(pass) || !*r.Tests && !report.Serves(pass) {
		return nil, nil
	}
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	defer eff.Use()()
	if eff.Incomplete != "" {
		return nil, fmt.Errorf("effects of %s: %s", pass.Pkg.Path(), eff.Incomplete)
	}
	r.Look(&Package{
		Pass: pass, Eff: eff,
		Rep:   report.New(pass, r.Name, *r.Tests),
		Funcs: pass.ResultOf[lazyssa.Analyzer].(*lazyssa.Program).Funcs(),
	})
	if missing := eff.Incompletes(); len(missing) > 0 {
		return nil, fmt.Errorf("effects of imports: %s", strings.Join(missing, "; "))
	}
	return nil, nil
}
