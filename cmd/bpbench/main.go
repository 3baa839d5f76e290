// Bpbench measures the cases of the testdata module: that what a rule reports
// grows under load, and that what its fixes make of it holds.
//
//	go run ./cmd/bpbench [-short] [-run REGEXP] [-list] [-json | -bench] [-o FILE] [-dir DIR]
//
// It exits 0 if all cases are proved, 1 if one is not, and 2 if it could not
// tell. Progress goes to standard error.
package main

import (
	"bytes"
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
	"time"

	"github.com/backpressure-go/backpressure/internal/bench"
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
		list    = fs.Bool("list", false, "list the cases and their fixes, and measure nothing")
		asJSON  = fs.Bool("json", false, "write JSON")
		asBench = fs.Bool("bench", false, "write the Go benchmark format, for benchstat")
		out     = fs.String("o", "", "write the report to `file`")
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
	cases, err := find(*dir, *match)
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

	plan := bench.Full()
	if *short {
		plan = bench.Short()
	}
	outcomes, err := prove(ctx, stderr, cases, plan)
	if err != nil {
		return fail(err)
	}
	write := bench.WriteTable
	switch {
	case *asJSON:
		write = bench.WriteJSON
	case *asBench:
		write = bench.WriteBenchfmt
	}
	var report bytes.Buffer
	if err := write(&report, outcomes); err != nil {
		return fail(err)
	}
	if err := save(stdout, *out, report.Bytes()); err != nil {
		return fail(err)
	}
	for _, o := range outcomes {
		if len(o.Failures) > 0 {
			return notProved
		}
	}
	return proved
}

// find returns the cases whose name matches, below dir or the testdata module
// of the directory the command runs in.
func find(dir, match string) ([]bench.Case, error) {
	re, err := regexp.Compile(match)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	if dir == "" {
		if dir, err = testdata(); err != nil {
			return nil, err
		}
	}
	cases, err := bench.Discover(dir, re)
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("no case in %s matches %q", dir, match)
	}
	return cases, err
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

// prove measures cases one after the other.
func prove(ctx context.Context, stderr io.Writer, cases []bench.Case, plan bench.Plan) ([]bench.Outcome, error) {
	begun := time.Now()
	var outcomes []bench.Outcome
	for i, c := range cases {
		plan.Progress = func(s string) {
			fmt.Fprintf(stderr, "%5.0fs [%d/%d] %s\n", time.Since(begun).Seconds(), i+1, len(cases), s)
		}
		o, err := bench.Prove(ctx, c, plan)
		if ctx.Err() != nil {
			return nil, errors.New("interrupted; nothing was written")
		}
		if err != nil {
			return nil, err
		}
		for _, r := range o.Results {
			plan.Progress(fmt.Sprintf("%s: %s %s", c.Name, r.Variant.Label(), r.Verdict))
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

// save writes report to the named file, all of it or nothing, or to stdout.
func save(stdout io.Writer, name string, report []byte) error {
	if name == "" {
		_, err := stdout.Write(report)
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".bpbench-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // is gone if all went well
	_, err = tmp.Write(report)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
