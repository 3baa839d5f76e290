// Package measured holds what the proofs have measured: the form in which
// cmd/bpbench writes it, and the figures that the documentation and the tools
// show.
package measured

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// A Report is what one run of the proofs found.
type Report struct {
	Machine Machine `json:"machine"`
	Date    string  `json:"date"`  // 2006-01-02
	Short   bool    `json:"short"` // three rates in one process instead of one process for each of five
	Load    float64 `json:"load"`  // average of the machine in the last quarter of an hour; 0 where unknown
	Cases   []Case  `json:"cases"`
}

// A Machine is where it was measured.
type Machine struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	CPU    string `json:"cpu"` // "" where unknown
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_bytes"` // 0 where unknown
	Go     string `json:"go"`
}

// A Case is a pattern that a rule reports, with its fixes.
type Case struct {
	Name     string    `json:"case"`  // rule and directory: unboundedgo/acceptloop
	Kinds    []string  `json:"kinds"` // what its source is reported as
	Proved   bool      `json:"proved"`
	Failures []string  `json:"failures,omitempty"`
	Seconds  float64   `json:"seconds"`
	Resource string    `json:"resource"`           // what grows: goroutines, threads, heap, queue, waiters, refusals
	Unit     float64   `json:"unit"`               // how much of it a peer holds where it grows; bytes for the heap
	PerCall  bool      `json:"per_call,omitempty"` // rates are elements per call, not peers per second
	Capacity float64   `json:"capacity"`           // what the work carries per second, 0 where there is none
	Variants []Variant `json:"variants"`           // the flagged one first
}

// Rule returns the rule that reports the case.
func (c Case) Rule() string { return path.Dir(c.Name) }

// A Variant is one program that was measured.
type Variant struct {
	Fix      string     `json:"fix,omitempty"` // message of the fix, "" for the source as reported
	Note     string     `json:"note,omitempty"`
	Verdict  string     `json:"verdict"`
	Reason   string     `json:"reason"`
	Slope    [3]float64 `json:"slope"` // units per unserved peer: value, low, high
	Peak     float64    `json:"peak"`  // units at the highest rate, median of the runs
	Served   float64    `json:"served"`
	P99      float64    `json:"p99_ms"`
	AtLeast  bool       `json:"p99_at_least"` // honest peers still waited when the stage ended
	DoneRate float64    `json:"done_per_second"`
	Lost     int        `json:"lost_runs"`
	Runs     [][]Rate   `json:"runs"`
}

// Label names v for people.
func (v Variant) Label() string {
	if v.Fix == "" {
		return "flagged"
	}
	return v.Fix
}

// A Rate is what there was at most while so much was offered.
type Rate struct {
	Offered    float64 `json:"offered"` // peers per second, or elements per call
	Amount     float64 `json:"amount"`  // of the case's resource, in its units
	Excess     int64   `json:"excess"`  // most that was offered and not done
	Goroutines int64   `json:"goroutines"`
	Threads    int64   `json:"threads"`
	Heap       int64   `json:"heap_bytes"`
	RSS        int64   `json:"rss_bytes"`
	Queue      int64   `json:"queue"`
	Waiters    int64   `json:"waiters"`
	Refusals   int64   `json:"refusals"`
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

// Write writes r as JSON.
func (r Report) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// Read reads what Write has written. An error says what is wrong with it.
func Read(rd io.Reader) (Report, error) {
	var r Report
	dec := json.NewDecoder(rd)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, fmt.Errorf("figures: %w", err)
	}
	return r, nil
}

// With returns r with the cases of newer, which take the place of older ones of
// the same name. Both must have been measured in the same way on the same
// machine.
func (r Report) With(newer Report) (Report, error) {
	if r.Short != newer.Short {
		return r, errors.New("one was measured in short mode, the other was not")
	}
	if r.Machine != newer.Machine {
		return r, fmt.Errorf("the other cases were measured on another machine: %s", r.Machine)
	}
	r.Date, r.Load = newer.Date, max(r.Load, newer.Load)
	r.Cases = slices.Clone(r.Cases)
	for _, c := range newer.Cases {
		i, found := slices.BinarySearchFunc(r.Cases, c, func(a, b Case) int { return strings.Compare(a.Name, b.Name) })
		if found {
			r.Cases[i] = c
		} else {
			r.Cases = slices.Insert(r.Cases, i, c)
		}
	}
	return r, nil
}

// Of returns the cases of the rule that are reported as kind, those of all
// kinds if it is empty.
func (r Report) Of(rule, kind string) []Case {
	var out []Case
	for _, c := range r.Cases {
		if c.Rule() == rule && (kind == "" || slices.Contains(c.Kinds, kind)) {
			out = append(out, c)
		}
	}
	return out
}
