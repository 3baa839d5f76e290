// Package dispatch walks trees, as many nodes at once as a semaphore allows.
package dispatch

import (
	"context"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// Each calls do for each item in a goroutine of its own; a nil limit is none.
func Each(ctx context.Context, limit *semaphore.Weighted, items []string, do func(context.Context, string) error) error {
	eg, ctx := errgroup.WithContext(ctx)
	for _, it := range items {
		if limit != nil {
			if err := limit.Acquire(ctx, 1); err != nil {
				return err
			}
		}
		eg.Go(func() error {
			if limit != nil {
				defer limit.Release(1)
			}
			return do(ctx, it)
		})
	}
	return eg.Wait()
}
