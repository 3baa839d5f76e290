package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path"
	"runtime"
)

// WriteBenchfmt writes outcomes in the Go benchmark format, a line for each run,
// for benchstat to read.
func WriteBenchfmt(w io.Writer, outcomes []Outcome) error {
	bw := bufio.NewWriter(w)
	fmt.Fprintf(bw, "goos: %s\ngoarch: %s\n", runtime.GOOS, runtime.GOARCH)
	for _, o := range outcomes {
		for _, r := range o.Results {
			name := fmt.Sprintf("BenchmarkProof/rule=%s/case=%s/fix=%s-%d",
				path.Dir(o.Case.Name), path.Base(o.Case.Name), r.Variant.Slug(), runtime.GOMAXPROCS(0))
			for _, run := range r.Runs {
				p := peaks([]Run{run})
				fmt.Fprintf(bw, "%s 1 %.0f goroutines %.0f threads %.0f heap-B %.0f RSS-B %.1f done/s %.0f honest-p99-ns",
					name, p.Goroutines, p.Threads, p.Heap, p.RSS, p.DoneRate, p.HonestP99*1e6)
				if s, ok := theilSen(points(run)); ok {
					fmt.Fprintf(bw, " %.4f cost/peer", s)
				}
				fmt.Fprintln(bw)
			}
		}
	}
	return bw.Flush()
}

// WriteJSON writes outcomes for programs, with a point of the curve for each
// rate of each run.
func WriteJSON(w io.Writer, outcomes []Outcome) error {
	type rate struct {
		Offered    float64 `json:"offered"` // peers per second, or elements per call
		Excess     int64   `json:"excess"`  // most that was offered and not done
		Goroutines int64   `json:"goroutines"`
		Threads    int64   `json:"threads"`
		Heap       int64   `json:"heap_bytes"`
		RSS        int64   `json:"rss_bytes"`
		Queue      int64   `json:"queue"`
		Waiters    int64   `json:"waiters"`
		Shed       int64   `json:"shed"`
		Errors     int64   `json:"errors"`
		DoneRate   float64 `json:"done_per_second"`
		LateMs     float64 `json:"late_ms"`
		P50        float64 `json:"honest_p50_ms"`
		P99        float64 `json:"honest_p99_ms"`
		Capped     bool    `json:"honest_capped"`
		Served     int     `json:"honest_served"`
		Honest     int     `json:"honest"`
		Note       string  `json:"note,omitempty"`
	}
	type variant struct {
		Fix     string     `json:"fix,omitempty"`
		Note    string     `json:"note,omitempty"`
		Verdict Verdict    `json:"verdict"`
		Reason  string     `json:"reason"`
		Slope   [3]float64 `json:"slope"` // value, low, high
		Lost    int        `json:"lost_runs"`
		Runs    [][]rate   `json:"runs"`
	}
	type outcome struct {
		Case     string    `json:"case"`
		Proved   bool      `json:"proved"`
		Failures []string  `json:"failures,omitempty"`
		Seconds  float64   `json:"seconds"`
		Variants []variant `json:"variants"`
	}
	var all []outcome
	for _, o := range outcomes {
		oo := outcome{Case: o.Case.Name, Proved: len(o.Failures) == 0, Failures: o.Failures, Seconds: math.Round(o.Took.Seconds())}
		for _, r := range o.Results {
			v := variant{Fix: r.Variant.Fix, Note: r.Variant.Note, Verdict: r.Verdict, Reason: r.Reason,
				Slope: [3]float64{r.Slope.Value, r.Slope.Lo, r.Slope.Hi}, Lost: r.Lost}
			for _, run := range r.Runs {
				var rates []rate
				for _, st := range run.Stages {
					rates = append(rates, rate{
						Offered: st.Rate, Excess: st.Peak(Sample.Excess), DoneRate: doneRate(st), LateMs: st.LateMs, Note: st.Note,
						Goroutines: st.Peak(func(s Sample) int64 { return s.Goroutines }),
						Threads:    st.Peak(func(s Sample) int64 { return s.Threads }),
						Heap:       st.Peak(func(s Sample) int64 { return s.Heap }),
						RSS:        st.Peak(func(s Sample) int64 { return s.RSS }),
						Queue:      st.Peak(func(s Sample) int64 { return s.Queue }),
						Waiters:    st.Peak(func(s Sample) int64 { return s.Waiters }),
						Shed:       st.Peak(func(s Sample) int64 { return s.Shed }),
						Errors:     st.Peak(func(s Sample) int64 { return s.Errors }),
						P50:        st.Honest.P50Ms, P99: st.Honest.P99Ms, Capped: st.Honest.Capped,
						Served: st.Honest.Served, Honest: st.Honest.N,
					})
				}
				v.Runs = append(v.Runs, rates)
			}
			oo.Variants = append(oo.Variants, v)
		}
		all = append(all, oo)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(all)
}
