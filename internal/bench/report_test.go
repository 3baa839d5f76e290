package bench

import (
	"bytes"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/measured"
)

// proven returns an outcome to report on.
func proven() []Outcome {
	linear := series(4000, func(x float64) float64 { return 5 + x })
	bounded := series(4000, func(x float64) float64 { return 5 + min(x, 256) })
	o := Outcome{Case: Case{Name: "unboundedgo/acceptloop"}}
	for _, r := range []Result{
		{Variant: Variant{}, Runs: []Run{linear, linear}},
		{Variant: Variant{Fix: "wait for a slot"}, Runs: []Run{bounded, bounded}, Lost: 1},
	} {
		r.Verdict, r.Slope, r.Reason = Judge(r.Runs)
		r.At = peaks(r.Runs)
		o.Results = append(o.Results, r)
	}
	o.Results = append(o.Results, Result{Variant: Variant{Fix: "crash"}, Verdict: Undecided, Reason: "child failed", Lost: 2})
	o.Failures = judgeCase(o.Results)
	return []Outcome{o}
}

func TestWriteTable(t *testing.T) {
	var out bytes.Buffer
	if err := WriteTable(&out, proven()); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"unboundedgo/acceptloop: goroutines at 1000 peers/s, work for 200/s",
		"flagged 2 1.000 [1.000, 1.000]",
		"4005 0 0.0 MB 50/s",
		"wait for a slot 2 (1 lost) 0.000 [0.000, 0.000] 261",
		"- holds",
		"crash 0 (2 lost) undecided FAIL",
		"unboundedgo/acceptloop: crash: undecided, expected: holds. child failed",
		"0 of 1 cases proved",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
}

func TestWriteBenchfmt(t *testing.T) {
	var out bytes.Buffer
	if err := WriteBenchfmt(&out, proven()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		n++
		f := strings.Fields(line)
		if len(f)%2 != 0 || f[1] != "1" {
			t.Errorf("not a name, a count and pairs of value and unit: %s", line)
		}
		if !strings.HasPrefix(f[0], "BenchmarkProof/rule=unboundedgo/case=acceptloop/fix=") {
			t.Errorf("name %s", f[0])
		}
	}
	if n != 4 {
		t.Errorf("%d lines, want one for each of 4 runs:\n%s", n, &out)
	}
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	if err := Report(proven(), true).Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := measured.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Cases) != 1 || got.Cases[0].Proved || len(got.Cases[0].Variants) != 3 || got.Machine.Cores == 0 || got.Date == "" {
		t.Fatalf("got %+v", got)
	}
	if r := got.Cases[0].Variants[0].Runs[0][0]; r.Goroutines != 4005 || r.Excess != 4000 || r.Amount != 4005 {
		t.Errorf("got %+v", r)
	}
}
