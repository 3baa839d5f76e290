package rig

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestArriveIsOpenLoop checks that arrivals do not wait for one another.
func TestArriveIsOpenLoop(t *testing.T) {
	release := make(chan struct{})
	var wait sync.WaitGroup
	var mu sync.Mutex
	var dues []time.Time
	late := arrive(t.Context(), 100, 2000, &wait, func(_ int, due time.Time) {
		mu.Lock()
		dues = append(dues, due)
		mu.Unlock()
		<-release
	})
	if len(late) != 100 {
		t.Errorf("%d of 100 set out while nobody was served", len(late))
	}
	close(release)
	wait.Wait()
	first, last := dues[0], dues[0]
	for _, d := range dues {
		if d.Before(first) {
			first = d
		}
		if d.After(last) {
			last = d
		}
	}
	if got, want := last.Sub(first), 99*time.Second/2000; got < want-time.Millisecond || got > want+time.Millisecond {
		t.Errorf("the last was due %v after the first, want %v", got, want)
	}
}

// TestHonestLatencyCountsFromDue checks that a stall of the system shows in the
// latency of everyone who was due during it.
func TestHonestLatencyCountsFromDue(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var one sync.Mutex // the system serves one at a time
	one.Lock()         // and not at all for a while
	time.AfterFunc(400*time.Millisecond, one.Unlock)
	report := startHonest(ctx, func(int) error {
		one.Lock()
		defer one.Unlock()
		return nil
	})
	time.Sleep(500 * time.Millisecond)
	cancel()
	h := report()
	if h.N < 5 || h.P50Ms < 100 {
		t.Errorf("%+v: after a stall of 400 ms, half of the peers must have waited 100 ms and more", h)
	}
}

func TestSpread(t *testing.T) {
	got := spread([]float64{100, 1000, 4000}, 5)
	want := []float64{100, 316.22776601683796, 1000, 2000, 4000}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range got {
		if d := got[i] - want[i]; d > 1e-6 || d < -1e-6 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	start, peer := func(*System) error { return nil }, func(*Peer) error { return nil }
	work := Work{Slots: 1, Takes: 10 * time.Millisecond}
	tests := []struct {
		name string
		load Load
		want string
	}{
		{"good", Load{Start: start, Peer: peer, Work: work, Rates: []float64{50, 200, 400}}, ""},
		{"tworates", Load{Start: start, Peer: peer, Work: work, Rates: []float64{50, 200}}, "three rates"},
		{"descending", Load{Start: start, Peer: peer, Work: work, Rates: []float64{50, 20, 200}}, "ascend"},
		{"nopeer", Load{Start: start, Work: work, Rates: []float64{50, 200, 400}}, "needs Start and Peer"},
		{"capacityabove", Load{Start: start, Peer: peer, Work: work, Rates: []float64{5, 20, 40}}, "must lie between"},
		{"nowork", Load{Start: start, Peer: peer, Rates: []float64{5, 20, 40}}, ""},
		{"heapwithoutunit", Load{Resource: Heap, Start: start, Peer: peer, Work: work, Rates: []float64{50, 200, 400}}, "the bytes of a peer"},
		{"noqueue", Load{Resource: Queue, Start: start, Peer: peer, Work: work, Rates: []float64{50, 200, 400}}, "nothing reports"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.load.check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

// TestGauges checks that goroutines and threads are counted.
func TestGauges(t *testing.T) {
	g := newGauges()
	var before, after sample
	g.read(&before)
	if before.Goroutines == 0 || before.Threads == 0 || before.Heap == 0 {
		t.Errorf("nothing was read: %+v", before)
	}
	leave := make(chan struct{})
	for range 50 {
		go func() { <-leave }()
	}
	g.read(&after)
	close(leave)
	if d := after.Goroutines - before.Goroutines; d < 50 {
		t.Errorf("%d more goroutines were read, 50 were started", d)
	}
}

// TestRecords checks the form of the output.
func TestRecords(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	rec, err := newRecorder(name)
	if err != nil {
		t.Fatal(err)
	}
	rec.put(record{Kind: "begin", Stage: 1, Rate: 2, Capacity: 3, Resource: Threads})
	rec.put(record{Kind: "sample", Stage: 1, sample: &sample{T: 4, Offered: 5}})
	rec.put(record{Kind: "end", Stage: 1, ending: &ending{Note: "six"}})
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	for i, want := range []string{`"resource":"threads"`, `"offered":5`, `"note":"six"`} {
		if i >= len(lines) || !json.Valid([]byte(lines[i])) || !strings.Contains(lines[i], want) {
			t.Errorf("line %d lacks %s:\n%s", i, want, b)
		}
	}
}
