// Package driver is the standalone run of the suite: it loads packages,
// analyses them over a cache on disk, prints what was found and applies fixes.
//
// Analysis is done by honnef.co/go/tools/lintcmd/runner, which keeps one
// package in memory at a time and everything else in its cache. The runner
// was made for staticcheck; what it lacks is made up for here: adapt.go and
// parcel.go (errors, rules, exact edits), quiet.go (staticcheck.conf).
package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
	"honnef.co/go/tools/config"
	"honnef.co/go/tools/go/loader"
	"honnef.co/go/tools/lintcmd/cache"
	"honnef.co/go/tools/lintcmd/runner"
)

// Options says what to analyse, and how.
type Options struct {
	Rules    []*analysis.Analyzer // their flags are set
	Patterns []string             // as for go list
	Dir      string               // where patterns start; absolute
	Env      []string             // of the go command
	Flags    []string             // of the go command, as -tags=X
	Tests    bool                 // also analyse test files
	Cache    string               // an existing directory
	Salt     []byte               // whatever besides the packages decides the results
	Watch    *Watch               // if not nil, tells how far the run is
}

// A Watch tells how far a run is.
type Watch struct {
	stats atomic.Pointer[runner.Stats]
}

// Progress returns how many packages have been analysed, of how many; zero
// of zero while they are listed and compiled.
func (w *Watch) Progress() (done, total int) {
	s := w.stats.Load()
	if s == nil || s.State() < runner.StateProcessing {
		return 0, 0
	}
	return s.ProcessedPackages(), s.TotalPackages()
}

// A Result is what a run found, sorted by position.
type Result struct {
	Findings []Finding
	Silenced []Finding // those that comments keep from being findings
	Problems []Problem // reasons why packages or rules were left out
	Packages int       // how many packages the patterns matched
	Files    []string  // the Go files of the packages that were analysed
}

// Run analyses packages. Packages that cannot be analysed are problems of the
// result; the error is for when there is no result at all, as when ctx ends.
func Run(ctx context.Context, o Options) (*Result, error) {
	type outcome struct {
		res *Result
		err error
	}
	ended := make(chan outcome, 1)
	go func() {
		res, err := run(ctx, o)
		ended <- outcome{res, err}
	}()
	select {
	case out := <-ended:
		if err := ctx.Err(); err != nil {
			return nil, err // it says more than what came of it
		}
		return out.res, out.err
	case <-ctx.Done():
		// The runner does not look at ctx, the go command that it has started
		// does: give that a moment to go away.
		select {
		case <-ended:
		case <-time.After(goGrace):
		}
		return nil, ctx.Err()
	}
}

// goGrace is how long an ended run waits for the go command.
const goGrace = time.Second

func run(ctx context.Context, o Options) (*Result, error) {
	results, err := analyse(ctx, o, o.Env)
	if err == nil && slices.ContainsFunc(results, hasConfError) {
		env, err := quietEnv(o.Env)
		if err != nil {
			return nil, err
		}
		results, err = analyse(ctx, o, env)
		if err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	return collect(o, results)
}

// analyse runs the runner.
func analyse(ctx context.Context, o Options, env []string) (results []runner.Result, err error) {
	defer func() {
		if r := recover(); r != nil { // the loader's, for example on import cycles
			err = fmt.Errorf("loading packages: %v at %s", r, panicSite())
		}
	}()
	disk, err := cache.Open(o.Cache)
	if err != nil {
		return nil, fmt.Errorf("opening the cache: %w", err)
	}
	defer disk.Close() // trims; nothing is lost when that fails
	cache.SetSalt(o.Salt)
	r, err := runner.New(config.Config{}, disk)
	if err != nil {
		return nil, err
	}
	if o.Watch != nil {
		o.Watch.stats.Store(&r.Stats)
	}
	cfg := &packages.Config{Context: ctx, Dir: o.Dir, Env: env, BuildFlags: o.Flags, Tests: o.Tests}
	results, err = r.Run(cfg, adapt(o.Rules), o.Patterns)
	return results, listError(err)
}

// collect loads what the runner has left in its cache.
func collect(o Options, results []runner.Result) (*Result, error) {
	out := &Result{}
	var initial []*loader.PackageSpec
	for _, res := range results {
		for _, err := range res.Errors {
			out.Problems = append(out.Problems, newProblems(o.Dir, res.Package, err)...)
		}
		if !res.Initial {
			continue
		}
		initial = append(initial, res.Package)
		if res.Failed {
			if len(res.Errors) == 0 {
				out.Problems = append(out.Problems, Problem{
					Message: res.Package.PkgPath + ": not analysed: it depends on a package with errors"})
			}
			continue
		}
		if err := out.load(res); err != nil {
			return nil, err
		}
	}
	out.Packages = len(initial)
	for _, pattern := range unmatched(o, initial) {
		message := pattern + ": no Go files match"
		if !o.Tests {
			message += "; files of tests alone need -tests"
		}
		out.Problems = append(out.Problems, Problem{Message: message})
	}
	out.Findings, out.Silenced = sortFindings(out.Findings), sortFindings(out.Silenced)
	slices.Sort(out.Files)
	out.Files = slices.Compact(out.Files)
	out.Problems = sortProblems(out.Problems)
	return out, nil
}

// load adds the findings of one package.
func (out *Result) load(res runner.Result) error {
	if res.Skipped && len(res.Package.CompiledGoFiles) > 0 {
		out.Problems = append(out.Problems, Problem{
			Message: res.Package.PkgPath + ": not analysed: a file is larger than 50 MB"})
	}
	data, err := res.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the cache lost an entry: %w", res.Package.PkgPath, err)
	}
	if err != nil {
		return fmt.Errorf("%s: reading the cache: %w", res.Package.PkgPath, err)
	}
	files := slices.Concat(res.Package.GoFiles, res.Package.CompiledGoFiles)
	out.Files = append(out.Files, files...)
	for _, d := range data.Diagnostics {
		p, err := parseParcel(d.Message)
		if err != nil {
			return fmt.Errorf("%s: reading the cache: %w", res.Package.PkgPath, err)
		}
		if p.Error != "" {
			out.Problems = append(out.Problems, Problem{Message: p.Error})
			continue
		}
		p.Finding.rebase(files)
		if p.Finding.Silenced != nil {
			out.Silenced = append(out.Silenced, p.Finding)
		} else {
			out.Findings = append(out.Findings, p.Finding)
		}
	}
	return nil
}

// unmatched returns the patterns with "..." that match none of the packages.
// Other patterns that match nothing are errors of the go command.
func unmatched(o Options, pkgs []*loader.PackageSpec) []string {
	var out []string
	for _, pattern := range o.Patterns {
		if len(pkgs) == 0 {
			out = append(out, pattern)
			continue
		}
		prefix, ok := strings.CutSuffix(pattern, "/...")
		if !ok || strings.Contains(prefix, "...") {
			continue
		}
		dir := ""
		if strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern) {
			if dir = prefix; !filepath.IsAbs(dir) {
				dir = filepath.Join(o.Dir, dir)
			}
		}
		if !slices.ContainsFunc(pkgs, func(p *loader.PackageSpec) bool {
			if dir == "" {
				return p.PkgPath == prefix || strings.HasPrefix(p.PkgPath, prefix+"/")
			}
			return len(p.CompiledGoFiles) == 0 || slices.ContainsFunc(p.CompiledGoFiles, func(name string) bool {
				rel, err := filepath.Rel(dir, name)
				return err == nil && filepath.IsLocal(rel)
			})
		}) {
			out = append(out, pattern)
		}
	}
	return out
}
