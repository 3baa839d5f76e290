package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/config"
	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/meant"
	"github.com/backpressure-go/backpressure/passes/directives"
)

// A selection is what -rules asks for.
type selection struct {
	analyzers []*analysis.Analyzer
	kinds     map[string]bool // "rule/kind"
	whole     map[string]bool // rules with all their kinds
	disabled  map[string]bool // rules and rule/kinds that are left out all the same
	skips     func(file string) bool
}

// parseSelection reads a list of rule and rule/kind; empty is everything.
func parseSelection(list string, rules []*analysis.Analyzer) (selection, error) {
	sel := selection{kinds: map[string]bool{}, whole: map[string]bool{}}
	byName := map[string]*analysis.Analyzer{}
	var names []string
	for _, a := range rules {
		byName[a.Name] = a
		names = append(names, a.Name)
	}
	items := strings.Split(list, ",")
	if list == "" {
		items = names
	}
	chosen := map[string]bool{}
	for _, item := range items {
		item = strings.TrimSpace(item)
		rule, kind, withKind := strings.Cut(item, "/")
		a := byName[rule]
		if a == nil {
			return sel, fmt.Errorf("no rule is called %q%s: there are %s", rule, meant.Instead(rule, names), strings.Join(names, ", "))
		}
		if !withKind {
			sel.whole[rule] = true
		} else if known := kinds(a); len(known) > 0 && !slices.Contains(known, kind) {
			return sel, fmt.Errorf("%s has no kind %q%s: it has %s", rule, kind, meant.Instead(kind, known), strings.Join(known, ", "))
		} else {
			sel.kinds[item] = true
		}
		chosen[rule] = true
	}
	for _, a := range rules {
		if chosen[a.Name] {
			sel.analyzers = append(sel.analyzers, a)
		} else if a == directives.Analyzer {
			// Without all rules it is not known which comments are of no use.
			sel.analyzers = append(sel.analyzers, malformed())
			sel.whole[a.Name] = true
		}
	}
	return sel, nil
}

// malformed returns directives.Malformed with the flags of the analyzer that
// it stands in for.
func malformed() *analysis.Analyzer {
	a := *directives.Malformed
	a.Flags = flag.FlagSet{}
	directives.Analyzer.Flags.VisitAll(func(f *flag.Flag) { a.Flags.Var(f.Value, f.Name, f.Usage) })
	return &a
}

// within narrows the selection to what the project's file allows.
func (sel selection) within(file *config.File) selection {
	sel.skips = file.Skips
	sel.disabled = map[string]bool{}
	for _, item := range file.Disable {
		sel.disabled[item.Text] = true
	}
	sel.analyzers = slices.DeleteFunc(slices.Clone(sel.analyzers), func(a *analysis.Analyzer) bool { return sel.disabled[a.Name] })
	return sel
}

func (sel selection) has(f driver.Finding) bool {
	if sel.disabled[f.Rule] || sel.disabled[f.Rule+"/"+f.Kind] || sel.skips != nil && f.File != "" && sel.skips(f.File) {
		return false
	}
	return sel.whole[f.Rule] || sel.kinds[f.Rule+"/"+f.Kind]
}
