package gclplugin

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/directive"
)

// newLinter returns one analyzer that runs the rules of c.
func newLinter(c *config) (*analysis.Analyzer, error) {
	a := &analysis.Analyzer{
		Name: name,
		Doc:  "finds code in which goroutines, bytes or waiters pile up without a bound",
		Run:  func(pass *analysis.Pass) (any, error) { return nil, run(pass, c) },
	}
	for _, rule := range c.rules {
		if len(rule.FactTypes) > 0 || rule.ResultType != nil {
			return nil, fmt.Errorf("rule %s has facts or a result; only what rules require may", rule.Name)
		}
		for _, req := range rule.Requires {
			if !slices.Contains(a.Requires, req) && !slices.Contains(c.rules, req) {
				a.Requires = append(a.Requires, req)
			}
		}
	}
	return a, nil
}

// run runs the rules on a package and reports what they find, in the form
// that golangci-lint can do with. One that fails does not keep the others
// from being heard.
func run(pass *analysis.Pass, c *config) error {
	var found []analysis.Diagnostic
	var problems []error
	// golangci-lint reads //nolint itself, and nolintlint wants to know which
	// of those comments have something to silence.
	results := maps.Clone(pass.ResultOf)
	results[directive.Analyzer] = directive.Hosted(pass.Fset, pass.Files)
	for _, rule := range c.rules {
		sub := *pass
		sub.Analyzer = rule
		sub.ResultOf = results
		sub.Report = func(d analysis.Diagnostic) {
			if c.wants(rule.Name, d.Category) {
				found = append(found, d)
			}
		}
		if _, err := rule.Run(&sub); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", rule.Name, err))
		}
	}
	slices.SortStableFunc(found, func(a, b analysis.Diagnostic) int { return int(a.Pos) - int(b.Pos) })
	f := newFixes(pass)
	for _, d := range found {
		// golangci-lint makes an issue of each related place.
		d.Related = nil
		d.SuggestedFixes = f.choose(d)
		pass.Report(d)
	}
	return errors.Join(problems...)
}
