package rig

import (
	"context"
	"math"
	"sync"
	"time"
)

// honestRate is how many honest peers come per second beside the load.
const honestRate = 25

// startHonest lets honest peers come at a steady pace until ctx ends. The
// function it returns waits for that, and says how it went for them.
func startHonest(ctx context.Context, come func(i int) error) func() Honest {
	var (
		mu   sync.Mutex
		h    Honest
		took []time.Duration // of those that were served
		left []time.Duration // of those that still waited at the end: the least it can be
		wait sync.WaitGroup
	)
	wait.Go(func() {
		var each sync.WaitGroup
		arrive(ctx, math.MaxInt32, honestRate, &each, func(i int, due time.Time) {
			err := come(i)
			d := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			h.N++
			switch {
			case err == nil:
				h.Served++
				took = append(took, d)
			case ctx.Err() != nil:
				left = append(left, d)
			}
		})
		each.Wait()
	})
	return func() Honest {
		wait.Wait()
		usual := quantile(took, 0.5)
		for _, d := range left {
			if d > usual { // the others had just come
				took = append(took, d)
				h.Capped = true
			}
		}
		h.P50Ms, h.P99Ms = ms(quantile(took, 0.5)), ms(quantile(took, 0.99))
		return h
	}
}
