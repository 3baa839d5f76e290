package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A Run is what was sampled in one pass over the rates.
type Run struct {
	Stages []Stage
}

// A Stage is what was sampled at one rate.
type Stage struct {
	Rate     float64  // peers per second, or elements per call
	Capacity float64  // what the work carries, per second
	Resource string   // what is expected to grow: goroutines, threads, heap, queue, waiters or refusals
	Unit     float64  // how much of it a peer holds where it grows; 1 for what is counted
	Base     int64    // what there was of it before, for the heap
	PerCall  bool     // Rate is in elements per call
	Samples  []Sample // in the order of time
	LateMs   float64  // how late peers set out, 99th percentile, milliseconds
	Honest   Honest
	Note     string // what went otherwise than asked
}

// A Sample is what there was at one time. Counts are since the stage began.
type Sample struct {
	T          float64 // seconds since the stage began
	Offered    int64   // peers that have arrived
	Done       int64   // requests whose work is done
	Good       int64   // peers that have their answer
	Shed       int64   // peers that were turned away
	Errors     int64   // peers that something else happened to
	Goroutines int64
	Threads    int64
	Heap       int64 // bytes in objects and stacks
	RSS        int64 // resident bytes; 0 where unknown
	Queue      int64
	Waiters    int64
	Refusals   int64
}

// Honest is how the system looked to a few peers beside the load.
type Honest struct {
	N      int
	Served int
	P50Ms  float64 `json:"p50_ms"` // milliseconds since they were due
	P99Ms  float64 `json:"p99_ms"`
	Capped bool    // some still waited at the end: the figures are the least they can be
}

// of returns how much of resource there was.
func (s Sample) of(resource string) int64 {
	switch resource {
	case "threads":
		return s.Threads
	case "heap":
		return s.Heap
	case "queue":
		return s.Queue
	case "waiters":
		return s.Waiters
	case "refusals":
		return s.Refusals
	}
	return s.Goroutines
}

// Amount returns how much of the resource of s there was at x, in units of what
// one peer holds where it grows: goroutines, or bodies of so many bytes.
func (s Stage) Amount(x Sample) float64 {
	return float64(max(0, x.of(s.Resource)-s.Base)) / s.Unit
}

// PeakAmount returns the largest Amount of any sample.
func (s Stage) PeakAmount() (top float64) {
	for _, x := range s.Samples {
		top = max(top, s.Amount(x))
	}
	return top
}

// Excess is how much was offered and not done.
func (s Sample) Excess() int64 { return s.Offered - s.Done }

// Peak returns the largest f of any sample.
func (s Stage) Peak(f func(Sample) int64) int64 {
	var top int64
	for _, x := range s.Samples {
		top = max(top, f(x))
	}
	return top
}

// gap returns the mean time between two samples, in seconds; 0 for calls,
// between which none are taken.
func (s Stage) gap() float64 {
	n := len(s.Samples)
	if n < 2 || s.PerCall {
		return 0
	}
	return (s.Samples[n-1].T - s.Samples[0].T) / float64(n-1)
}

// Top returns the stage of the highest rate.
func (r Run) Top() Stage {
	return slices.MaxFunc(r.Stages, func(a, b Stage) int {
		switch {
		case a.Rate < b.Rate:
			return -1
		case a.Rate > b.Rate:
			return 1
		}
		return 0
	})
}

// ReadRun reads the JSON lines that testdata/rig writes.
func ReadRun(r io.Reader) (Run, error) {
	var (
		run  Run
		cur  *Stage
		done bool
	)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		var rec struct {
			Kind     string
			Rate     float64
			Capacity float64
			Resource string
			Unit     float64
			Base     int64
			PerCall  bool `json:"per_call"`
			Sample
			LateMs float64 `json:"late_ms"`
			Honest Honest
			Note   string
		}
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			return run, fmt.Errorf("samples, line %d: %w", n, err)
		}
		switch {
		case rec.Kind == "begin":
			run.Stages = append(run.Stages, Stage{Rate: rec.Rate, Capacity: rec.Capacity, Resource: rec.Resource, Unit: rec.Unit, Base: rec.Base, PerCall: rec.PerCall})
			cur = &run.Stages[len(run.Stages)-1]
			if cur.Unit == 0 {
				cur.Unit = 1
			}
		case rec.Kind == "done":
			done = true
		case cur == nil:
			return run, fmt.Errorf("samples, line %d: %q outside of a stage", n, rec.Kind)
		case rec.Kind == "sample":
			cur.Samples = append(cur.Samples, rec.Sample)
		case rec.Kind == "end":
			cur.LateMs, cur.Honest, cur.Note = rec.LateMs, rec.Honest, rec.Note
		}
	}
	if err := lines.Err(); err != nil {
		return run, fmt.Errorf("samples: %w", err)
	}
	if !done || len(run.Stages) == 0 {
		return run, errors.New("samples end before the load did")
	}
	return run, nil
}
