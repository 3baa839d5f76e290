package serverlimit

import (
	_ "embed"
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
	"github.com/backpressure-go/backpressure/internal/effects"
	"github.com/backpressure-go/backpressure/internal/lazyssa"
	"github.com/backpressure-go/backpressure/internal/report"
	"github.com/backpressure-go/backpressure/internal/ruledoc"
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
		Name:     "serverlimit",
		Doc:      ruledoc.Of(source, "serverlimit"),
		URL:      report.URL("serverlimit"),
		Requires: []*analysis.Analyzer{effects.Analyzer, lazyssa.Analyzer, directive.Analyzer},
		Run:      r.run,
	}
	a.Flags.BoolVar(&r.Strict, "strict", r.Strict, "report the strict kinds too")
	a.Flags.BoolVar(&r.Tests, "tests", r.Tests, "look at test files, examples, benchmarks and mocks too")
	return a
}

type rule struct{ Options }

func (r *rule) run(pass *analysis.Pass) (any, error) {
	if !r.Tests && !report.Serves(pass) {
		return nil, nil
	}
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	defer eff.Use()()
	if eff.Incomplete != "" {
		return nil, fmt.Errorf("effects of %s: %s", pass.Pkg.Path(), eff.Incomplete)
	}
	if missing := eff.Incompletes(); len(missing) > 0 {
		return nil, fmt.Errorf("effects of imports: %s", strings.Join(missing, "; "))
	}
	return nil, nil
}
