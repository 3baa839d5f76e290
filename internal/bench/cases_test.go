package bench

import (
	"strings"
	"testing"
	"time"
)

// TestVariantsCompile type-checks every case with its load test, as it is and
// with every fix.
func TestVariantsCompile(t *testing.T) {
	cases, err := Discover("../../testdata", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	if err := Vet(t.Context(), cases, t.TempDir()); err != nil {
		t.Error(err)
	}
}

func TestRetune(t *testing.T) {
	const serve = `package p

const workers = 8
`
	const fixed = `package p

const workers = 8

// maxServe bounds the goroutines. Tune it.
const maxServe = 256

// writeTimeout is how long a write may take. Tune it.
const writeTimeout = 10 * time.Second
`
	src, note, err := retune([]byte(serve), []byte(fixed), 64, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(src), strings.Replace(strings.Replace(fixed, "256", "64", 1), "10 * time.Second", "50000000 * time.Nanosecond", 1); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if want := "writeTimeout tuned from 10 * time.Second to 50ms, maxServe tuned from 256 to 64"; note != want {
		t.Errorf("note %q, want %q", note, want)
	}
}

func TestReadRun(t *testing.T) {
	const whole = `{"kind":"begin","stage":0,"rate":100,"capacity":200,"resource":"threads","per_call":true}
{"kind":"sample","stage":0,"t":0.5,"offered":40,"done":30,"good":29,"shed":1,"errors":2,"goroutines":7,"threads":5,"heap":9,"rss":10,"queue":3,"waiters":4}
{"kind":"end","stage":0,"late_ms":1.5,"honest":{"n":3,"served":2,"p50_ms":4,"p99_ms":8,"capped":true},"note":"hm"}
{"kind":"done","stage":0}
`
	run, err := ReadRun(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	st := run.Stages[0]
	if st.Rate != 100 || st.Capacity != 200 || st.Resource != "threads" || !st.PerCall || st.LateMs != 1.5 || st.Note != "hm" {
		t.Errorf("stage %+v", st)
	}
	if want := (Honest{N: 3, Served: 2, P50Ms: 4, P99Ms: 8, Capped: true}); st.Honest != want {
		t.Errorf("honest %+v, want %+v", st.Honest, want)
	}
	want := Sample{T: 0.5, Offered: 40, Done: 30, Good: 29, Shed: 1, Errors: 2, Goroutines: 7, Threads: 5, Heap: 9, RSS: 10, Queue: 3, Waiters: 4}
	if st.Samples[0] != want {
		t.Errorf("sample %+v, want %+v", st.Samples[0], want)
	}
	for name, in := range map[string]string{
		"cut":     strings.TrimSuffix(whole, "{\"kind\":\"done\",\"stage\":0}\n"),
		"empty":   "",
		"garbage": "boom\n",
	} {
		if _, err := ReadRun(strings.NewReader(in)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
