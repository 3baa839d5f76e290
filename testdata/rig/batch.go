package rig

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// A Batch is one call of a system that works on a collection.
type Batch struct {
	N int // how many elements the collection has

	t     *testing.T
	desk  *desk
	done  atomic.Int64
	ended chan struct{} // closed when the call has returned
}

// next waits until one more element may be finished: at the pace of Work while
// the system is watched, at once when that is over, which it reports as false.
func (b *Batch) next() (watched bool) {
	_ = b.desk.do(context.Background()) // cannot fail: its context does not end
	select {
	case <-b.desk.over:
		return false
	default:
		return true
	}
}

// Hold waits until the call has been watched. It stands for an element that
// is finished only then.
func (b *Batch) Hold() { <-b.desk.over }

// steps is how many sizes the largest stage has, all of them in the upper half.
// The others have fewer.
const steps = 8

// runBatch calls the system on collections up to the size of st, one after the
// other. Every call is watched until the resource has stopped rising and only then
// allowed to end.
func runBatch(ctx context.Context, t *testing.T, l Load, st stage, rec *recorder) (end ending, last sample, err error) {
	n, from := 3, 0
	if st.rate >= l.Rates[len(l.Rates)-1] {
		n, from = 2*steps, steps
	}
	g := newGauges()
	var before sample
	g.read(&before)
	honest := func() Honest { return Honest{} }
	if l.Bystander != nil {
		beside, cancel := context.WithCancel(ctx)
		wait := startHonest(beside, func(int) error { return l.Bystander() })
		honest = func() Honest { cancel(); return wait() }
		defer cancel()
	}
	begun := time.Now()
	for i := from; i < n; i++ {
		b := &Batch{N: max(1, int(st.rate)*(i+1)/n), t: t, desk: newDesk(l.Work), ended: make(chan struct{})}
		call, err := l.Batch(b)
		if err != nil {
			return end, last, fmt.Errorf("prepare %d elements: %w", b.N, err)
		}
		ended := make(chan error, 1)
		go func() {
			defer close(b.ended)
			ended <- call()
		}()
		smp := startSampler(func() sample {
			s := sample{T: time.Since(begun).Seconds(), Offered: int64(b.N), Done: b.done.Load()}
			s.Good = s.Done
			g.read(&s)
			return s
		}, func(s sample) { rec.put(record{Kind: "sample", Stage: st.index, sample: &s}) })
		err = settle(ctx, smp, l.Resource, st.last, 0)
		smp.stop()
		last, _ = smp.latest()
		b.desk.release()
		if err != nil {
			return end, last, err
		}
		select {
		case err = <-ended:
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-time.After(drainLimit):
			err = fmt.Errorf("had not ended %v after its elements could", drainLimit)
		}
		if err != nil {
			return end, last, fmt.Errorf("call on %d elements: %w", b.N, err)
		}
	}
	end.Honest = honest()
	end.Note = drain(ctx, g, before.Goroutines)
	return end, last, nil
}
