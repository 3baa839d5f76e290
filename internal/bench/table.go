package bench

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteTable writes outcomes for people.
func WriteTable(w io.Writer, outcomes []Outcome) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "case, variant\truns\tper unserved peer\tgoroutines\tthreads\theap\tdone\thonest p99\tverdict")
	for _, o := range outcomes {
		fmt.Fprintf(tw, "%s: %s\t\t\t\t\t\t\t\t\n", o.Case.Name, o.load())
		for _, r := range o.Results {
			label := r.Variant.Label()
			if r.Variant.Note != "" {
				label += " (" + r.Variant.Note + ")"
			}
			fmt.Fprintf(tw, "  %s\t%s\t%s\n", label, r.runs(), r.columns())
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	failed := 0
	for _, o := range outcomes {
		if len(o.Failures) > 0 {
			failed++
		}
		for _, f := range o.Failures {
			fmt.Fprintf(w, "FAIL %s: %s\n", o.Case.Name, f)
		}
	}
	_, err := fmt.Fprintf(w, "%d of %d cases proved\n", len(outcomes)-failed, len(outcomes))
	return err
}

// load describes the load of o.
func (o Outcome) load() string {
	for _, r := range o.Results {
		if len(r.Runs) == 0 {
			continue
		}
		var rates []string
		for _, st := range r.Runs[0].Stages {
			rates = append(rates, fmt.Sprintf("%.0f", st.Rate))
		}
		st := r.Runs[0].Stages[0]
		unit := "peers/s"
		if st.PerCall {
			unit = "elements/call"
		}
		what := st.Resource
		if st.Unit != 1 {
			what = fmt.Sprintf("%s in units of %.0f", what, st.Unit)
		}
		work := ""
		if st.Capacity > 0 {
			work = fmt.Sprintf(", work for %.0f/s", st.Capacity)
		}
		return fmt.Sprintf("%s at %s %s%s", what, strings.Join(rates, ", "), unit, work)
	}
	return "nothing measured"
}

// runs says how many runs r is made of, and how many gave nothing.
func (r Result) runs() string {
	if r.Lost > 0 {
		return fmt.Sprintf("%d (%d lost)", len(r.Runs), r.Lost)
	}
	return fmt.Sprint(len(r.Runs))
}

// columns returns the figures of r, from the slope to the verdict.
func (r Result) columns() string {
	if len(r.Runs) == 0 {
		return strings.Repeat("\t", 6) + string(r.Verdict)
	}
	honest := "-"
	if r.At.HonestP99 > 0 {
		least := ""
		if r.At.Capped {
			least = "≥ "
		}
		honest = fmt.Sprintf("%s%s, %.0f%% served", least, round(r.At.HonestP99), 100*r.At.Served)
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]\t%.0f\t%.0f\t%.1f MB\t%.0f/s\t%s\t%s",
		zero(r.Slope.Value), zero(r.Slope.Lo), zero(r.Slope.Hi), r.At.Goroutines, r.At.Threads,
		r.At.Heap/1e6, r.At.DoneRate, honest, r.Verdict)
}

// zero keeps a small negative number from being printed as -0.000.
func zero(f float64) float64 {
	if math.Abs(f) < 0.0005 {
		return 0
	}
	return f
}

// round returns milliseconds with as many digits as are worth reading.
func round(ms float64) time.Duration {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d > 10*time.Millisecond:
		return d.Round(time.Millisecond)
	case d > time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Microsecond)
}
