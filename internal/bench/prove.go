package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Result is what was found about one variant.
type Result struct {
	Variant Variant
	Verdict Verdict
	Reason  string
	Slope   Slope
	Runs    []Run // the good ones
	Lost    int   // runs that gave nothing
	At      Peaks
}

// Peaks is what a program reached at the highest rate: the median over runs.
type Peaks struct {
	Resource   float64 // of the resource that is expected to grow, in units of what a peer holds
	Goroutines float64
	Threads    float64
	Heap       float64 // bytes in objects and stacks
	RSS        float64 // bytes; 0 where unknown
	DoneRate   float64 // requests done per second
	HonestP50  float64 // milliseconds
	HonestP99  float64 // milliseconds
	Capped     bool    // the honest figures are the least they can be
	Served     float64 // share of the honest peers that were served, 0 to 1
}

// An Outcome is what was found about a case.
type Outcome struct {
	Case     Case
	Results  []Result // the flagged variant first
	Failures []string // why the proof failed; none if it stands
	Took     time.Duration
}

// A Plan says how much is measured.
type Plan struct {
	Setup
	Runs    int // of each variant
	MaxRuns int // if those leave it undecided
	// Progress is called with what is being done. It may be nil.
	Progress func(string)
}

const (
	stageTime = 1200 * time.Millisecond // for which load tests choose their rates
	fullRates = 5
	softHeap  = 1 << 30 // bytes
	addresses = 8 << 30 // bytes
	maxLost   = 2       // runs that give nothing before a variant is given up
)

// Short returns the plan for every day: one child per run, which ramps through
// the rates of the load test.
func Short() Plan {
	return Plan{Setup: Setup{Stage: stageTime, Deadline: 90 * time.Second, Memory: softHeap, Address: addresses}, Runs: 2, MaxRuns: 5}
}

// Full returns the plan for figures to publish: more rates, a fresh child for
// each, more runs.
func Full() Plan {
	p := Short()
	p.Rates, p.ChildPerOne = fullRates, true
	p.Runs, p.MaxRuns = 3, 6
	return p
}

// Prove measures all variants of c.
func Prove(ctx context.Context, c Case, p Plan) (Outcome, error) {
	begun := time.Now()
	out := Outcome{Case: c}
	dir, err := os.MkdirTemp("", "bpbench-*")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	for _, v := range c.Variants {
		p.say("%s: build %s", c.Name, v.Label())
		bin, err := Build(ctx, c, v, dir)
		if err != nil {
			return out, err
		}
		res, err := measure(ctx, c, v, bin, p)
		if err != nil {
			return out, err
		}
		if err := os.Remove(filepath.Clean(bin)); err != nil {
			return out, err
		}
		out.Results = append(out.Results, res)
	}
	out.Failures = judgeCase(out.Results)
	out.Took = time.Since(begun)
	return out, nil
}

// say reports progress.
func (p Plan) say(format string, args ...any) {
	if p.Progress != nil {
		p.Progress(fmt.Sprintf(format, args...))
	}
}

// measure runs one variant until it is decided or p has had enough. Its error
// is that of ctx alone; what goes wrong in a child is part of the result.
func measure(ctx context.Context, c Case, v Variant, bin string, p Plan) (Result, error) {
	res := Result{Variant: v, Verdict: Undecided}
	for len(res.Runs) < p.Runs || res.Verdict == Undecided && len(res.Runs)+res.Lost < p.MaxRuns {
		p.say("%s: run %d of %s", c.Name, len(res.Runs)+res.Lost+1, v.Label())
		run, err := runOnce(ctx, c, bin, p.Setup)
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
		if err != nil {
			res.Lost++
			res.Reason = err.Error()
			if res.Lost >= maxLost {
				res.Verdict = Undecided
				return res, nil
			}
			continue
		}
		res.Runs = append(res.Runs, run)
		if len(res.Runs) >= p.Runs {
			res.Verdict, res.Slope, res.Reason = Judge(res.Runs)
		}
	}
	res.At = peaks(res.Runs)
	return res, nil
}

// peaks returns what runs reached at their highest rate.
func peaks(runs []Run) Peaks {
	of := func(f func(Stage) float64) float64 {
		var v []float64
		for _, r := range runs {
			v = append(v, f(r.Top()))
		}
		return median(v)
	}
	top := func(f func(Sample) int64) float64 {
		return of(func(s Stage) float64 { return float64(s.Peak(f)) })
	}
	p := Peaks{
		Resource:   of(Stage.PeakAmount),
		Goroutines: top(func(s Sample) int64 { return s.Goroutines }),
		Threads:    top(func(s Sample) int64 { return s.Threads }),
		Heap:       top(func(s Sample) int64 { return s.Heap }),
		RSS:        top(func(s Sample) int64 { return s.RSS }),
		DoneRate:   of(doneRate),
		HonestP50:  of(func(s Stage) float64 { return s.Honest.P50Ms }),
		HonestP99:  of(func(s Stage) float64 { return s.Honest.P99Ms }),
		Served:     of(func(s Stage) float64 { return float64(s.Honest.Served) / float64(max(s.Honest.N, 1)) }),
	}
	p.Capped = slices.ContainsFunc(runs, func(r Run) bool { return r.Top().Honest.Capped })
	return p
}

// doneRate returns how many requests st got done per second. What is done
// between two calls of a batch is done for the next load, and does not count.
func doneRate(st Stage) float64 {
	var done int64
	var took float64
	for i, s := range st.Samples {
		if i == 0 {
			continue
		}
		if prev := st.Samples[i-1]; !st.PerCall || s.Offered == prev.Offered {
			done += s.Done - prev.Done
			took += s.T - prev.T
		}
	}
	if took == 0 {
		return 0
	}
	return float64(done) / took
}

// judgeCase returns why the results of a case prove nothing, if they do not.
func judgeCase(results []Result) []string {
	var bad []string
	flagged := results[0]
	for _, r := range results {
		want := Holds
		if r.Variant.Flagged() {
			want = Grows
		}
		switch {
		case r.Verdict != want:
			bad = append(bad, fmt.Sprintf("%s: %s, expected: %s. %s", r.Variant.Label(), r.Verdict, want, strings.TrimSpace(r.Reason)))
			continue
		case r.Variant.Flagged() || flagged.Verdict != Grows:
			continue
		}
		if flagged.At.Resource < ratio*r.At.Resource {
			bad = append(bad, fmt.Sprintf("%s: its peak of %.0f is not a %dth of the flagged program's %.0f",
				r.Variant.Label(), r.At.Resource, ratio, flagged.At.Resource))
		}
		if r.At.DoneRate < keeps*flagged.At.DoneRate {
			bad = append(bad, fmt.Sprintf("%s: it gets %.0f requests done per second, the flagged program %.0f",
				r.Variant.Label(), r.At.DoneRate, flagged.At.DoneRate))
		}
	}
	return bad
}
