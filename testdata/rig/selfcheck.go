package rig

import (
	"context"
	"testing"
	"time"
)

// checkTime is how long the brief check offers each rate.
const checkTime = 300 * time.Millisecond

// selfCheck offers the lowest rate for a moment, at which every peer must get
// along with the system, and then a little of the highest.
func selfCheck(ctx context.Context, t *testing.T, l Load) {
	run := runStage
	if l.Batch != nil {
		run = runBatch
	}
	low := stage{rate: l.Rates[0], last: checkTime}
	end, last, err := run(ctx, t, l, low, nil)
	if err != nil {
		t.Fatalf("lowest rate: %v", err)
	}
	if last.Errors > 0 {
		t.Errorf("lowest rate: %s", end.Note)
	}
	if l.Batch == nil && (l.Work != (Work{}) && (last.Good == 0 || last.Done == 0)) {
		t.Errorf("lowest rate: of %d peers that came, %d were answered and %d had their work done", last.Offered, last.Good, last.Done)
	}
	if l.Batch != nil {
		return // its size is all that a higher rate would change
	}
	high := stage{index: 1, rate: l.Rates[len(l.Rates)-1], last: checkTime / 3}
	if _, last, err = run(ctx, t, l, high, nil); err != nil {
		t.Fatalf("highest rate: %v", err)
	}
	if last.Offered == 0 {
		t.Error("highest rate: no peer came")
	}
}
