package bench

import (
	"context"
	"slices"
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

// measure adds runs to a result until there are as many as p asks for beside
// those that were there, and it is decided or p has had enough. Its error is
// that of ctx alone; what goes wrong in a child is part of the result.
func measure(ctx context.Context, c Case, bin string, res Result, p Plan, tell *teller) (Result, error) {
	v, begun, least := res.Variant, time.Now(), len(res.Runs)+p.Runs
	for res.Lost < maxLost && (len(res.Runs) < least || res.Verdict == Undecided && len(res.Runs)+res.Lost < p.MaxRuns) {
		tell.say(Step{Case: c.Name, Variant: v.Label(), Run: len(res.Runs) + res.Lost + 1})
		run, err := runOnce(ctx, c, bin, p.Setup)
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
		if err != nil {
			res.Lost++
			res.Verdict, res.Reason = Undecided, err.Error()
			continue
		}
		res.Runs = append(res.Runs, run)
		if len(res.Runs) >= least {
			res.Verdict, res.Slope, res.Reason = Judge(res.Runs)
		}
	}
	res.At = peaks(res.Runs)
	tell.say(Step{Case: c.Name, Variant: v.Label(), Verdict: res.Verdict, Took: time.Since(begun)})
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
