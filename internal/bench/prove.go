package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

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
	Beside  int // how many variants are measured at a time
	// Progress is called with what is being done, by one goroutine at a time.
	// It may be nil.
	Progress func(Step)
}

// A Step is something that a proof did or begins to do.
type Step struct {
	Done, All int    // variants that are measured, and all there are
	Case      string // "" while all are built
	Variant   string // label
	Run       int    // that begins, from 1; 0 for the end of the variant
	Verdict   Verdict
	Took      time.Duration // by the runs of the variant
}

const (
	stageTime = 1200 * time.Millisecond // for which load tests choose their rates
	fullRates = 5
	softHeap  = 1 << 30 // bytes
	addresses = 8 << 30 // bytes
	maxLost   = 2       // runs that give nothing before a variant is given up

	childTime = 90 * time.Second // for all that one child does
)

// MaxStage is the longest stage that a child has time for, with the others and
// the time in which what has piled up is let go.
const MaxStage = childTime / 3

// Short returns the plan for every day: one child per run, which ramps through
// the rates of the load test and stays long at the highest alone, and some
// variants at a time. A child waits for most of its time, for peers that are
// due and for work that takes its time, so that four at a time do not have two
// cores busy; and what there is of a resource per unserved peer does not depend
// on how fast they are served.
func Short() Plan {
	return Plan{
		Setup: Setup{Stage: stageTime, Lower: stageTime / 2, Deadline: childTime, Memory: softHeap, Address: addresses},
		Runs:  2, MaxRuns: 6, Beside: 4,
	}
}

// Full returns the plan for figures to publish: more rates, a fresh child for
// each, more runs, and one at a time.
func Full() Plan {
	p := Short()
	p.Lower = p.Stage
	p.Rates, p.ChildPerOne = fullRates, true
	p.Runs, p.MaxRuns = 3, 6
	p.Beside = 1
	return p
}

const (
	// ratio is how many times the peak of each fixed program the flagged one
	// must reach.
	ratio = 10
	// keeps is the share of the flagged program's work that a fixed one must
	// get done under the same load. A program that has stopped holds, too.
	keeps = 0.5
)

// Prove measures all variants of cases. The error is about the means: a case
// that does not build, or an end of ctx. Nothing it started runs when it
// returns.
func Prove(ctx context.Context, cases []Case, p Plan) ([]Outcome, error) {
	dir, err := os.MkdirTemp("", "bpbench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	tell := &teller{progress: p.Progress}
	for _, c := range cases {
		tell.all += len(c.Variants)
	}
	tell.say(Step{})
	bins, err := build(ctx, cases, dir)
	if err != nil {
		return nil, err
	}

	outcomes := make([]Outcome, len(cases))
	var all []job
	for i, c := range cases {
		outcomes[i].Case = c
		for v := range c.Variants {
			outcomes[i].Results = append(outcomes[i].Results, Result{Variant: c.Variants[v], Verdict: Undecided})
			all = append(all, job{i, v})
		}
	}
	if err := measureAll(ctx, outcomes, all, bins, p, tell); err != nil {
		return nil, err
	}
	var again []job
	for i := range outcomes {
		if o := &outcomes[i]; o.stalled() {
			for v := range o.Results {
				again = append(again, job{i, v})
			}
		}
	}
	tell.all += len(again)
	if err := measureAll(ctx, outcomes, again, bins, p, tell); err != nil {
		return nil, err
	}
	for i := range outcomes {
		outcomes[i].Failures = judgeCase(outcomes[i].Results)
	}
	return outcomes, nil
}

// stalled reports whether all verdicts are as they should be and yet a peak or
// a rate is not. Either is of one moment, which a stall of the machine can
// make: more runs tell, whose median counts.
func (o Outcome) stalled() bool {
	for _, r := range o.Results {
		if r.Verdict != expected(r.Variant) {
			return false
		}
	}
	return len(judgeCase(o.Results)) > 0
}

// A job is a variant of a case, by their numbers.
type job struct{ c, v int }

// measureAll measures what jobs say, so many at a time as p says.
func measureAll(ctx context.Context, outcomes []Outcome, jobs []job, bins binaries, p Plan, tell *teller) error {
	next := make(chan job)
	var wait sync.WaitGroup
	var mu sync.Mutex // guards outcomes
	for range max(p.Beside, 1) {
		wait.Go(func() {
			for j := range next {
				begun := time.Now()
				mu.Lock()
				c, res := outcomes[j.c].Case, outcomes[j.c].Results[j.v]
				mu.Unlock()
				res, err := measure(ctx, c, bins[j.c][j.v], res, p, tell)
				mu.Lock()
				if err == nil { // else ctx has ended, and nothing counts
					outcomes[j.c].Results[j.v] = res
				}
				outcomes[j.c].Took += time.Since(begun)
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		select {
		case next <- j:
		case <-ctx.Done():
		}
	}
	close(next)
	wait.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// A teller reports progress.
type teller struct {
	progress func(Step)
	mu       sync.Mutex
	done     int
	all      int
}

// say reports s, and counts it where it is the end of a variant.
func (t *teller) say(s Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Verdict != "" {
		t.done++
	}
	s.Done, s.All = t.done, t.all
	if t.progress != nil {
		t.progress(s)
	}
}

// judgeCase returns why the results of a case prove nothing, if they do not.
func judgeCase(results []Result) []string {
	var bad []string
	flagged := results[0]
	for _, r := range results {
		want := expected(r.Variant)
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

// expected returns the verdict that v should get.
func expected(v Variant) Verdict {
	if v.Flagged() {
		return Grows
	}
	return Holds
}
