package rig

import (
	"context"
	"slices"
	"sync"
	"time"
)

// arrive calls come once for each of n arrivals, in a goroutine each, at rate
// per second. Arrival i is due at i/rate whatever happened to the ones before;
// the ones that are overdue set out at once. It returns how late each was when
// all have set out or ctx has ended.
func arrive(ctx context.Context, n int, rate float64, wait *sync.WaitGroup, come func(i int, due time.Time)) []time.Duration {
	late := make([]time.Duration, 0, min(n, 1<<16))
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range n {
		due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if d := time.Until(due); d > 0 {
			timer.Reset(d)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return late
			}
		} else if ctx.Err() != nil {
			return late
		}
		late = append(late, time.Since(due))
		wait.Go(func() { come(i, due) })
	}
	return late
}

// quantile returns the q-th quantile of d, 0 for none. It sorts d.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	i := int(q * float64(len(d)))
	return d[min(i, len(d)-1)]
}

// ms returns d in milliseconds.
func ms(d time.Duration) float64 { return d.Seconds() * 1000 }
