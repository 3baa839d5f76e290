package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// settings are the program's own flags.
type settings struct {
	rules   string
	strict  bool
	tests   bool
	format  string
	fix     bool
	diff    bool
	explain string

	newFrom, newFromMergeBase string
	baseline                  string
	writeBaseline             bool
	failOn                    string
	config                    string
	tags                      string
	shard                     shard
}

// newFlags binds the program's flags to s and those of each rule, as
// -rule.flag, to the rule.
func newFlags(s *settings, rules []*analysis.Analyzer) *flag.FlagSet {
	fs := flag.NewFlagSet("backpressure", flag.ContinueOnError)
	fs.StringVar(&s.rules, "rules", "", "report only these: a comma-separated list of `rule` and rule/kind")
	fs.BoolVar(&s.strict, "strict", false, "also report the kinds that depend on taste (each rule's -strict)")
	fs.BoolVar(&s.tests, "tests", false, "also report findings in test files (each rule's -tests)")
	fs.StringVar(&s.format, "format", "text", "`format` of what is printed: text, json (an array of findings with their fixes), sarif, github\n(annotations in a workflow), gitlab (Code Quality), checkstyle, junit, html. FORMAT=FILE writes to a file; a list such\nas text,sarif=FILE has several")
	fs.BoolVar(&s.fix, "fix", false, "apply the first fix of each finding, report what is left")
	fs.BoolVar(&s.diff, "diff", false, "print what -fix would do as a unified diff, write nothing")
	fs.StringVar(&s.newFrom, "new-from", "", "report only what is on lines, or has evidence on lines, changed since `revision` (git)")
	fs.StringVar(&s.newFromMergeBase, "new-from-merge-base", "", "the same since the branch left `revision`")
	fs.StringVar(&s.baseline, "baseline", "", "do not report the findings that `file` knows; take out of it what is no longer found")
	fs.BoolVar(&s.writeBaseline, "write-baseline", false, "write what is found to the -baseline file, and exit with 0")
	fs.StringVar(&s.failOn, "fail-on", "all", "exit with 1 only for these, report others as warnings: a `list` of rule, rule/kind and the tiers\ndefault and strict; or none")
	fs.StringVar(&s.config, "config", "", "`file` to read instead of the .backpressure.yaml of the module or workspace; \"off\" for none")
	fs.StringVar(&s.tags, "tags", "", "build `tags` as for go build, separated by commas")
	fs.Var(&s.shard, "shard", "analyse the `I/N`th part of the packages, I from 1 to N; every package is in one part, always the same")
	fs.StringVar(&s.explain, "explain", "", "print what is known about a `kind`, and exit")
	for _, a := range rules {
		a.Flags.VisitAll(func(f *flag.Flag) { fs.Var(f.Value, a.Name+"."+f.Name, f.Usage) })
	}
	return fs
}

// standalone parses flags and does what they ask.
func standalone(stdout, stderr io.Writer, args []string, rules []*analysis.Analyzer) int {
	var s settings
	fs := newFlags(&s, rules)
	fs.SetOutput(stderr)
	fs.Usage = func() { usage(stderr, fs, rules) }
	if err := fs.Parse(args); err == flag.ErrHelp {
		return exitClean
	} else if err != nil {
		return exitProblem // said by Parse
	}
	if s.explain != "" {
		return explain(stdout, stderr, s.explain, rules)
	}
	outputs, err := parseOutputs(s.format)
	if err != nil {
		return fail(stderr, err)
	}
	in, err := configure(fs, &s, rules, "")
	if err != nil {
		return fail(stderr, err)
	}
	want, err := in.selection(s.rules, rules)
	if err != nil {
		return fail(stderr, err)
	}
	in.warn(stderr)
	o, cleanup, err := options(stderr, fs, want.analyzers, s, in)
	if err != nil {
		return fail(stderr, err)
	}
	defer cleanup()
	ctx, stop := interruptible()
	defer stop()
	g, err := newGate(ctx, s, o.Dir, rules)
	if err != nil {
		return fail(stderr, err)
	}
	if o.Patterns, err = s.shard.pick(ctx, o); err != nil {
		return fail(stderr, err)
	}
	r := reporter{stdout, stderr, o, s, want, g, outputs, rules}
	return r.run(ctx)
}

// interruptible returns a context that ends when the user or the system wants
// the program to: the go command that lists packages ends with it.
func interruptible() (ctx context.Context, stop func()) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// options collects what the driver needs. Cleanup removes the cache if it is
// a temporary one.
func options(stderr io.Writer, fs *flag.FlagSet, rules []*analysis.Analyzer, s settings, in *inForce) (o driver.Options, cleanup func(), err error) {
	cleanup = func() {}
	o = driver.Options{Rules: rules, Patterns: fs.Args(), Env: os.Environ(), Tests: s.tests, Watch: new(driver.Watch)}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"."}
	}
	if s.tags != "" {
		o.Flags = append(o.Flags, "-tags="+s.tags)
	}
	if o.Dir, err = os.Getwd(); err != nil {
		return o, cleanup, err
	}
	id, err := buildID(rules)
	if err != nil {
		return o, cleanup, err
	}
	o.Salt = in.salt(id)
	for _, a := range rules {
		a.Flags.VisitAll(func(f *flag.Flag) {
			o.Salt = fmt.Appendf(o.Salt, "%s.%s=%q\n", a.Name, f.Name, f.Value)
			o.Tests = o.Tests || f.Name == "tests" && f.Value.String() == "true"
		})
	}
	if o.Cache, err = cacheDir(); err != nil {
		fmt.Fprintf(stderr, "backpressure: %v; results are not kept\n", err)
		if o.Cache, err = os.MkdirTemp("", "backpressure-cache-"); err != nil {
			return o, cleanup, err
		}
		cleanup = func() { os.RemoveAll(o.Cache) } // a left-over in the directory for such
	}
	return o, cleanup, nil
}

// cacheDir returns the directory of results, which it makes.
func cacheDir() (string, error) {
	dir := os.Getenv("BACKPRESSURE_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(base, "backpressure")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o777)
}
