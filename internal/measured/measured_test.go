package measured

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestPublished(t *testing.T) {
	r, err := Read(bytes.NewReader(published))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Cases {
		if !c.Proved {
			t.Errorf("%s is published and not proved: %s", c.Name, strings.Join(c.Failures, "; "))
		}
	}
}

func TestReadRejects(t *testing.T) {
	for _, bad := range []string{"", "[]", `{"cases": 3}`, `{"caces": []}`} {
		if _, err := Read(strings.NewReader(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}

func TestWith(t *testing.T) {
	one := Report{Date: "2026-01-01", Cases: []Case{{Name: "a", Seconds: 1}, {Name: "c", Seconds: 1}}}
	got, err := one.With(Report{Date: "2026-01-02", Cases: []Case{{Name: "c", Seconds: 2}, {Name: "b", Seconds: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Date: "2026-01-02", Cases: []Case{{Name: "a", Seconds: 1}, {Name: "b", Seconds: 2}, {Name: "c", Seconds: 2}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := one.With(Report{Short: true}); err == nil {
		t.Error("no error for a report in short mode")
	}
	if _, err := one.With(Report{Machine: Machine{Cores: 64}}); err == nil {
		t.Error("no error for a report of another machine")
	}
}

func TestWords(t *testing.T) {
	heap := Case{Name: "unboundedread/gzip", Resource: "heap", Unit: 65536}
	v := Variant{Verdict: "grows", Peak: 1600, P99: 1451.4, AtLeast: true, Runs: [][]Rate{{{Offered: 100}, {Offered: 3500}}}}
	for _, tt := range []struct{ got, want string }{
		{heap.Things(), "heap, in units of 66 kB"},
		{heap.Peaks(v), "105 MB of heap"},
		{heap.Sentence(v), "105 MB of heap at 3,500 peers per second (grows), honest peers wait ≥ 1.451s"},
		{heap.Sentence(Variant{Reason: "child failed"}), "nothing was measured: child failed"},
		{heap.Rule(), "unboundedread"},
		{heap.Slug(), "unboundedread-gzip"},
		{Number(1234567), "1,234,567"},
		{Number(999), "999"},
		{Variant{}.Waits(), "-"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
