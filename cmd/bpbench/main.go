// Bpbench measures the cases of the testdata module: that what a rule reports
// grows under load, and that what its fixes make of it holds.
//
//	go run ./cmd/bpbench [-short] [-run REGEXP] [-stage DURATION] [-list] [-json | -bench] [-o FILE] [-html FILE] [-svg DIR] [-add FILE | -from FILE] [-dir DIR]
//
// It exits 0 if all cases are proved, 1 if one is not, and 2 if it could not
// tell. Progress goes to standard error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/backpressure-go/backpressure/internal/bench"
	"github.com/backpressure-go/backpressure/internal/measured"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	proved    = 0
	notProved = 1
	notTold   = 2
)

// run is the command.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	fs := flag.NewFlagSet("bpbench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	var (
		short   = fs.Bool("short", false, "three rates in one process instead of five in a process each, and fewer runs")
		match   = fs.String("run", "", "measure the cases whose name matches `regexp`")
		stage   = fs.Duration("stage", 0, "how `long` the highest rate is offered, for more to pile up than in the second that the rates are chosen for")
		list    = fs.Bool("list", false, "list the cases and their fixes, and measure nothing")
		asJSON  = fs.Bool("json", false, "write JSON")
		asBench = fs.Bool("bench", false, "write the Go benchmark format, for benchstat")
		file    = fs.String("o", "", "write the report to `file`")
		page    = fs.String("html", "", "write a page with sources, fixes, curves and figures to `file`")
		svg     = fs.String("svg", "", "write a plot of each case to `dir`ectory")
		from    = fs.String("from", "", "measure nothing, and report what -json has written to `file`")
		add     = fs.String("add", "", "add to the report what -json has written to `file`, but for the cases that are measured")
		dir     = fs.String("dir", "", "directory of the testdata module (default: found from the current directory)")
	)
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return proved
		}
		return notTold
	}
	fail := func(err error) int {
		fmt.Fprintln(stderr, "bpbench:", err)
		return notTold
	}
	if fs.NArg() > 0 || *asJSON && *asBench {
		return fail(errors.New("no arguments are taken, and -json and -bench exclude each other"))
	}
	if *from != "" && (*asBench || *short || *match != "" || *stage != 0 || *list || *add != "") {
		return fail(errors.New("-from measures nothing: -bench, -short, -run, -stage, -list and -add do not go with it"))
	}
	if *stage < 0 || *stage > bench.MaxStage {
		return fail(fmt.Errorf("-stage %v: no load lasts that long; more than 0, and at most %v", *stage, bench.MaxStage))
	}
	root, err := where(*dir)
	if err != nil {
		return fail(err)
	}
	cases, err := find(root, *match)
	if err != nil {
		return fail(err)
	}
	if *list {
		for _, c := range cases {
			for _, v := range c.Variants {
				fmt.Fprintf(stdout, "%s: %s\n", c.Name, v.Label())
			}
		}
		return proved
	}

	out := output{page: *page, svg: *svg, file: *file, testdata: root}
	switch {
	case *asJSON:
		out.form = asReport
	case *asBench:
		out.form = asBenchfmt
	}
	if *from != "" {
		report, err := readReport(*from)
		if err != nil {
			return fail(err)
		}
		if err := out.writeReport(stdout, report, nil); err != nil {
			return fail(err)
		}
		return verdict(report)
	}
	var older measured.Report
	if *add != "" { // what does not fit is told before the time is spent
		if older, err = readReport(*add); err == nil {
			_, err = older.With(bench.Report(nil, *short))
		}
		if err != nil {
			return fail(err)
		}
	}
	plan := bench.Full()
	if *short {
		plan = bench.Short()
	}
	if *stage != 0 {
		plan.Stage = *stage // the lower rates show what they show in less
	}
	outcomes, err := prove(ctx, stderr, cases, plan)
	if err != nil {
		return fail(err)
	}
	report := bench.Report(outcomes, *short)
	if *add != "" {
		if report, err = older.With(report); err != nil {
			return fail(err)
		}
	}
	if err := out.writeReport(stdout, report, outcomes); err != nil {
		return fail(err)
	}
	return verdict(report)
}

// verdict returns the exit code for the report.
func verdict(r measured.Report) int {
	for _, c := range r.Cases {
		if !c.Proved {
			return notProved
		}
	}
	return proved
}

// find returns the cases below dir whose name matches.
func find(dir, match string) ([]bench.Case, error) {
	re, err := regexp.Compile(match)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	cases, err := bench.Discover(dir, re)
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("no case in %s matches %q", dir, match)
	}
	return cases, err
}

// where returns dir or, if it is empty, the testdata module of the directory
// the command runs in.
func where(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	return testdata()
}

// testdata returns the nearest directory testdata, from the current one
// upwards, that holds a module.
func testdata() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		dir := filepath.Join(at, "testdata")
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", errors.New("found no directory testdata that holds a module; say which with -dir")
		}
		at = up
	}
}

// prove measures cases, and tells of it.
func prove(ctx context.Context, stderr io.Writer, cases []bench.Case, plan bench.Plan) ([]bench.Outcome, error) {
	p := newProgress(stderr)
	plan.Progress = p.step
	outcomes, err := bench.Prove(ctx, cases, plan)
	p.end()
	if ctx.Err() != nil {
		return nil, errors.New("interrupted; nothing was written")
	}
	return outcomes, err
}
