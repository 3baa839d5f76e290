package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// A reporter runs the driver and prints.
type reporter struct {
	stdout, stderr io.Writer
	options        driver.Options
	settings       settings
	want           selection
}

// run returns the exit code.
func (r *reporter) run(ctx context.Context) int {
	res, err := r.analyse(ctx)
	if err != nil {
		return fail(r.stderr, err)
	}
	changes := false
	if r.settings.fix || r.settings.diff {
		plan, err := driver.NewPlan(ctx, r.options, res.Findings)
		if err != nil {
			return fail(r.stderr, fmt.Errorf("planning fixes: %w", err))
		}
		diff := plan.Diff(r.options.Dir)
		changes = len(diff) > 0
		switch {
		case r.settings.diff:
			if _, err := r.stdout.Write(diff); err != nil {
				return fail(r.stderr, err)
			}
		case changes:
			if err := plan.Write(); err != nil {
				return fail(r.stderr, err)
			}
			if res, err = r.analyse(ctx); err != nil {
				return fail(r.stderr, fmt.Errorf("after the fixes: %w", err))
			}
		}
		r.account(plan)
	}
	if !r.settings.diff {
		if err := r.print(res.Findings); err != nil {
			return fail(r.stderr, err)
		}
	}
	(&driver.Printer{W: r.stderr, Dir: r.options.Dir}).Problems(res.Problems)
	switch {
	case len(res.Problems) > 0:
		return exitProblem
	case len(res.Findings) > 0 || changes && r.settings.diff:
		return exitFound
	}
	return exitClean
}

// analyse runs the driver, with a line on a terminal's stderr that tells how
// far it is, and keeps the findings that are wanted.
func (r *reporter) analyse(ctx context.Context) (*driver.Result, error) {
	stop := func() {}
	if isTerminal(r.stderr) {
		stop = progress(r.stderr, r.options.Watch)
	}
	res, err := driver.Run(ctx, r.options)
	stop()
	if err != nil {
		return nil, err
	}
	res.Findings = slices.DeleteFunc(res.Findings, func(f driver.Finding) bool { return !r.want.has(f) })
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

// print prints findings in the format asked for.
func (r *reporter) print(list []driver.Finding) error {
	if r.settings.format == "json" {
		return driver.WriteJSON(r.stdout, list)
	}
	tty := isTerminal(r.stdout)
	p := driver.Printer{W: r.stdout, Dir: r.options.Dir, Source: tty, Color: tty && hasColor()}
	p.Findings(list)
	return nil
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
