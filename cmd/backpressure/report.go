package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/driver"
	"github.com/backpressure-go/backpressure/internal/formats"
)

// A reporter runs the driver and prints.
type reporter struct {
	stdout, stderr io.Writer
	options        driver.Options
	settings       settings
	want           selection
	gate           *gate
	outputs        []output
	rules          []*analysis.Analyzer // all, also those not asked for
}

// run returns the exit code.
func (r *reporter) run(ctx context.Context) int {
	res, err := r.analyse(ctx)
	if err != nil {
		return fail(r.stderr, err)
	}
	problems := func() { (&driver.Printer{W: r.stderr, Dir: r.options.Dir}).Problems(res.Problems) }
	if r.settings.writeBaseline {
		problems()
		return r.rebase(res)
	}
	changes := false
	if r.settings.fix || r.settings.diff {
		fresh, _, _ := r.gate.split(res.Findings)
		if changes, err = r.fix(ctx, fresh); err != nil {
			return fail(r.stderr, err)
		}
		if changes && !r.settings.diff {
			if res, err = r.analyse(ctx); err != nil {
				return fail(r.stderr, fmt.Errorf("after the fixes: %w", err))
			}
		}
	}
	fresh, known, crowded := r.gate.split(res.Findings)
	if !r.settings.diff {
		rep := &formats.Report{
			Findings: fresh, Known: known, Silenced: res.Silenced, Problems: res.Problems,
			Rules: rulesOf(r.rules), Root: rootOf(r.options.Dir), Version: version(), Fails: r.gate.fails,
		}
		if err := r.write(rep); err != nil {
			return fail(r.stderr, err)
		}
	}
	for _, c := range crowded {
		fmt.Fprintf(r.stderr, "backpressure: %s of %s: the baseline knows %d in %s, %d are found\n",
			c.Key.ID, c.Key.File, c.Known, cmp.Or(c.Key.Func, "the file"), c.Found)
	}
	problems()
	if r.gate.base != nil {
		r.tighten(res)
	}
	switch {
	case len(res.Problems) > 0:
		return exitProblem
	case slices.ContainsFunc(fresh, r.gate.fails) || changes && r.settings.diff:
		return exitFound
	}
	return exitClean
}

// fix applies the first fixes of findings, or prints what that would do. It
// reports whether there is anything to change.
func (r *reporter) fix(ctx context.Context, findings []driver.Finding) (changes bool, err error) {
	plan, err := driver.NewPlan(ctx, r.options, findings)
	if err != nil {
		return false, fmt.Errorf("planning fixes: %w", err)
	}
	diff := plan.Diff(r.options.Dir)
	if r.settings.diff {
		_, err = r.stdout.Write(diff)
	} else if len(diff) > 0 {
		err = plan.Write()
	}
	if err != nil {
		return false, err
	}
	r.account(plan)
	return len(diff) > 0, nil
}

// analyse runs the driver, with a line on a terminal's stderr that tells how
// far it is, and keeps the findings that are wanted.
func (r *reporter) analyse(ctx context.Context) (*driver.Result, error) {
	if len(r.options.Patterns) == 0 {
		return &driver.Result{}, nil // a shard without packages
	}
	stop := func() {}
	if isTerminal(r.stderr) {
		stop = progress(r.stderr, r.options.Watch)
	}
	res, err := driver.Run(ctx, r.options)
	stop()
	if err != nil {
		return nil, err
	}
	unwanted := func(f driver.Finding) bool { return !r.want.has(f) }
	res.Findings = slices.DeleteFunc(res.Findings, unwanted)
	res.Silenced = slices.DeleteFunc(res.Silenced, unwanted)
	return res, nil
}

// account tells what became of the fixes.
func (r *reporter) account(plan *driver.Plan) {
	p := driver.Printer{W: r.stderr, Dir: r.options.Dir}
	for _, l := range plan.Left {
		p.Problems([]driver.Problem{{File: l.Finding.File, Line: l.Finding.Line, Col: l.Finding.Col,
			Message: fmt.Sprintf("not fixed (%s/%s): %s", l.Finding.Rule, l.Finding.Kind, l.Reason)}})
	}
	verb := "fixed"
	if r.settings.diff {
		verb = "would fix"
	}
	if n := len(plan.Applied); n == 1 {
		fmt.Fprintf(r.stderr, "backpressure: %s 1 finding\n", verb)
	} else {
		fmt.Fprintf(r.stderr, "backpressure: %s %d findings\n", verb, n)
	}
}

// isTerminal reports whether w is a terminal; more exactly, a character
// device that is not the null device.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// hasColor reports whether the user's terminal shows colors and the user
// wants them (no-color.org).
func hasColor() bool { return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" }

// Progress is shown after progressDelay, then every progressInterval.
const (
	progressDelay    = time.Second
	progressInterval = 200 * time.Millisecond
)

// progress shows on w how far a run is until stop is called, which removes
// the line.
func progress(w io.Writer, watch *driver.Watch) (stop func()) {
	quit, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		wait := time.NewTimer(progressDelay)
		defer wait.Stop()
		for shown := false; ; shown = true {
			select {
			case <-quit:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			case <-wait.C:
			}
			if n, total := watch.Progress(); total > 0 {
				fmt.Fprintf(w, "\r\x1b[Kbackpressure: %d of %d packages", n, total)
			} else {
				fmt.Fprint(w, "\r\x1b[Kbackpressure: listing and compiling packages")
			}
			wait.Reset(progressInterval)
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
