package bench

import (
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/backpressure-go/backpressure/internal/measured"
)

// WriteBenchfmt writes outcomes in the Go benchmark format, a line for each run,
// for benchstat to read.
func WriteBenchfmt(w io.Writer, outcomes []Outcome) error {
	bw := benchfmt.NewWriter(w)
	for _, o := range outcomes {
		for _, r := range o.Results {
			for _, run := range r.Runs {
				res := &benchfmt.Result{Iters: 1}
				res.Name = benchfmt.Name(fmt.Sprintf("Proof/rule=%s/case=%s/fix=%s-%d",
					path.Dir(o.Case.Name), path.Base(o.Case.Name), r.Variant.Slug(), runtime.GOMAXPROCS(0)))
				res.SetConfig("goos", runtime.GOOS)
				res.SetConfig("goarch", runtime.GOARCH)
				res.Values = values(run)
				if err := bw.Write(res); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// values returns what one run reached, as benchstat reads it.
func values(run Run) []benchfmt.Value {
	p := peaks([]Run{run})
	vs := []benchfmt.Value{
		{Value: p.Goroutines, Unit: "goroutines"}, {Value: p.Threads, Unit: "threads"},
		{Value: p.Heap, Unit: "heap-B"}, {Value: p.RSS, Unit: "RSS-B"},
		{Value: p.DoneRate, Unit: "done/s"}, {Value: p.HonestP99 * 1e6, Unit: "honest-p99-ns"},
	}
	if s := pairs(points(run)); len(s) > 0 {
		vs = append(vs, benchfmt.Value{Value: median(s), Unit: "cost/peer"})
	}
	return vs
}

// Report returns outcomes in the form that is kept.
func Report(outcomes []Outcome, short bool) measured.Report {
	out := measured.Report{Machine: machine(), Date: time.Now().UTC().Format(time.DateOnly), Short: short}
	out.Load = loadAverage()
	for _, o := range outcomes {
		c := measured.Case{
			Name: o.Case.Name, Kinds: o.Case.Kinds, Proved: len(o.Failures) == 0, Failures: o.Failures,
			Seconds: math.Round(o.Took.Seconds()),
		}
		for _, r := range o.Results {
			if len(r.Runs) > 0 && c.Resource == "" {
				st := r.Runs[0].Stages[0]
				c.Resource, c.Unit, c.PerCall, c.Capacity = st.Resource, st.Unit, st.PerCall, st.Capacity
			}
			c.Variants = append(c.Variants, reportVariant(r))
		}
		out.Cases = append(out.Cases, c)
	}
	return out
}

func reportVariant(r Result) measured.Variant {
	v := measured.Variant{
		Fix: r.Variant.Fix, Note: r.Variant.Note, Verdict: string(r.Verdict), Reason: r.Reason,
		Slope: [3]float64{r.Slope.Value, r.Slope.Lo, r.Slope.Hi}, Lost: r.Lost,
	}
	if len(r.Runs) > 0 { // else there are no numbers
		v.Peak, v.Served, v.P99, v.AtLeast, v.DoneRate = r.At.Resource, r.At.Served, r.At.HonestP99, r.At.Capped, r.At.DoneRate
	}
	for _, run := range r.Runs {
		var rates []measured.Rate
		for _, st := range run.Stages {
			rates = append(rates, reportRate(st))
		}
		v.Runs = append(v.Runs, rates)
	}
	return v
}

func reportRate(st Stage) measured.Rate {
	return measured.Rate{
		Offered: st.Rate, Amount: st.PeakAmount(), Excess: st.Peak(Sample.Excess),
		DoneRate: doneRate(st), LateMs: st.LateMs, Note: st.Note,
		Goroutines: st.Peak(func(s Sample) int64 { return s.Goroutines }),
		Threads:    st.Peak(func(s Sample) int64 { return s.Threads }),
		Heap:       st.Peak(func(s Sample) int64 { return s.Heap }),
		RSS:        st.Peak(func(s Sample) int64 { return s.RSS }),
		Queue:      st.Peak(func(s Sample) int64 { return s.Queue }),
		Waiters:    st.Peak(func(s Sample) int64 { return s.Waiters }),
		Refusals:   st.Peak(func(s Sample) int64 { return s.Refusals }),
		Shed:       st.Peak(func(s Sample) int64 { return s.Shed }),
		Errors:     st.Peak(func(s Sample) int64 { return s.Errors }),
		P50:        st.Honest.P50Ms, P99: st.Honest.P99Ms, Capped: st.Honest.Capped,
		Served: st.Honest.Served, Honest: st.Honest.N,
	}
}

// machine describes the machine this runs on.
func machine() measured.Machine {
	m := measured.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.NumCPU(), Go: runtime.Version()}
	m.CPU = procField("/proc/cpuinfo", "model name")
	if kb, err := strconv.ParseInt(strings.TrimSuffix(procField("/proc/meminfo", "MemTotal"), " kB"), 10, 64); err == nil {
		m.Memory = kb << 10
	}
	return m
}

// loadAverage returns how many processes ran or wanted to in the last 15
// minutes, 0 where the system does not say.
func loadAverage() (load float64) {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	if f := strings.Fields(string(content)); len(f) > 2 {
		load, _ = strconv.ParseFloat(f[2], 64) // 0 where it is no number
	}
	return load
}

// procField returns the first value of a field in a file of /proc, "" where
// there is none.
func procField(file, field string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == field {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
