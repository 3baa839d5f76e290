package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/baseline"
	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/since"
	"github.com/backpressure-go/backpressure/passes"
)

// A gate decides which findings are reported and which fail the run, in code
// that has findings already.
type gate struct {
	changes *since.Changes     // nil for all lines
	base    *baseline.Baseline // nil for none
	failOn  map[string]bool    // rules, kinds and tiers; nil for all
	flags   []string           // what widens the run
}

// newGate makes the gate that s asks for. What it needs is read before the
// analysis, so that mistakes are told at once.
func newGate(ctx context.Context, s settings, dir string, rules []*analysis.Analyzer) (*gate, error) {
	g := &gate{flags: widening(rules)}
	var err error
	if g.failOn, err = parseFailOn(s.failOn, rules); err != nil {
		return nil, err
	}
	switch {
	case s.newFrom != "" && s.newFromMergeBase != "":
		return nil, errors.New("-new-from and -new-from-merge-base exclude each other")
	case s.newFrom != "":
		g.changes, err = since.Revision(ctx, dir, s.newFrom)
	case s.newFromMergeBase != "":
		g.changes, err = since.MergeBase(ctx, dir, s.newFromMergeBase)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case s.baseline == "" && s.writeBaseline:
		return nil, errors.New("-write-baseline needs -baseline FILE")
	case s.baseline != "":
		g.base, err = baseline.Read(s.baseline)
		if s.writeBaseline && errors.Is(err, fs.ErrNotExist) {
			g.base, err = baseline.New(s.baseline, nil)
		} else if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w: make it with -write-baseline", err)
		}
	}
	return g, err
}

// widening returns the flags by which rules look at more.
func widening(rules []*analysis.Analyzer) []string {
	var out []string
	for _, a := range rules {
		a.Flags.VisitAll(func(f *flag.Flag) {
			if (f.Name == "strict" || f.Name == "tests") && f.Value.String() == "true" {
				out = append(out, a.Name+"."+f.Name)
			}
		})
	}
	return out
}

// parseFailOn reads a list of rules, rule/kinds and tiers.
func parseFailOn(list string, rules []*analysis.Analyzer) (map[string]bool, error) {
	if list == "" || list == "all" {
		return nil, nil
	}
	set := map[string]bool{}
	if list == "none" {
		return set, nil
	}
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item != passes.Default && item != passes.Strict {
			if _, err := parseSelection(cmp.Or(item, "?"), rules); err != nil {
				return nil, fmt.Errorf("-fail-on: %w; or the tiers default and strict, or all, or none", err)
			}
		}
		set[item] = true
	}
	return set, nil
}

// fails reports whether f makes the run fail.
func (g *gate) fails(f driver.Finding) bool {
	return g.failOn == nil || g.failOn[f.Rule] || g.failOn[f.Rule+"/"+f.Kind] || g.failOn[passes.Tier(f.Rule, f.Kind)]
}

// split returns the findings to report and those of the baseline.
func (g *gate) split(list []driver.Finding) (fresh, known []driver.Finding, crowded []baseline.Crowded) {
	fresh = list
	if g.base != nil {
		fresh, known, crowded = g.base.Split(list)
	}
	if g.changes != nil {
		isOld := func(f driver.Finding) bool { return !g.changes.Has(f) }
		fresh, known = slices.DeleteFunc(slices.Clone(fresh), isOld), slices.DeleteFunc(known, isOld)
	}
	return fresh, known, crowded
}

// covers returns whether the run would have found what a key of the baseline
// counts: the rule was asked for, as widely as when the baseline was made, and
// the file was analysed or is gone.
func (g *gate) covers(want selection, res *driver.Result) func(k baseline.Key, file string) bool {
	missing := slices.ContainsFunc(g.base.Flags, func(name string) bool { return !slices.Contains(g.flags, name) })
	return func(k baseline.Key, file string) bool {
		rule, kind, _ := strings.Cut(k.ID, "/")
		if missing || len(res.Problems) > 0 || !want.has(driver.Finding{Rule: rule, Kind: kind, File: file}) {
			return false
		}
		if _, ok := slices.BinarySearch(res.Files, file); ok {
			return true
		}
		_, err := os.Stat(file)
		return errors.Is(err, fs.ErrNotExist)
	}
}

// rebase writes the baseline anew for -write-baseline.
func (r *reporter) rebase(res *driver.Result) int {
	if len(res.Problems) > 0 {
		return fail(r.stderr, fmt.Errorf("%s: not written, since not everything was analysed: name the packages that compile", r.settings.baseline))
	}
	b := r.gate.base
	b.Add(res.Findings, r.gate.covers(r.want, res))
	for _, name := range r.gate.flags {
		if !slices.Contains(b.Flags, name) {
			b.Flags = append(b.Flags, name)
		}
	}
	if err := b.Write(); err != nil {
		return fail(r.stderr, err)
	}
	n := 0
	for _, count := range b.Counts {
		n += count
	}
	fmt.Fprintf(r.stderr, "backpressure: %s: %d findings are known from now on\n", r.settings.baseline, n)
	return exitClean
}

// tighten takes out of the baseline what is no longer found, and tells.
func (r *reporter) tighten(res *driver.Result) {
	b := r.gate.base
	stale := b.Tighten(res.Findings, r.gate.covers(r.want, res))
	if len(stale) == 0 {
		return
	}
	for _, s := range stale {
		in := ""
		if s.Key.Func != "" {
			in = " in " + s.Key.Func
		}
		fmt.Fprintf(r.stderr, "%s:%d: stale: %s%s of %s: %d known, %d found\n", r.settings.baseline, s.Line, s.Key.ID, in, s.Key.File, s.Known, s.Found)
	}
	if r.settings.diff {
		return // which writes nothing
	}
	if err := b.Write(); err != nil {
		fmt.Fprintf(r.stderr, "backpressure: %v; it still allows what is stale\n", err)
		return
	}
	fmt.Fprintf(r.stderr, "backpressure: %s: lowered to what is found: commit it\n", r.settings.baseline)
}
