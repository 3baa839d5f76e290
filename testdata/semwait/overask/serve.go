// Package overask asks for more than there is.
package overask

import (
	"context"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

const (
	slots = 8
	large = 16
)

// Work asks for twice the slots: Acquire returns when the context ends, and
// never before.
func Work(ctx context.Context, f func()) error {
	sem := semaphore.NewWeighted(slots)
	if err := sem.Acquire(ctx, large); err != nil { // want `wait for 16 slots of sem, which has 8: there are never as many \(semwait/over-ask\)`
		return err
	}
	defer sem.Release(large)
	f()
	return nil
}

// All asks for all.
func All(ctx context.Context, f func()) error {
	sem := semaphore.NewWeighted(slots)
	if err := sem.Acquire(ctx, slots); err != nil {
		return err
	}
	defer sem.Release(slots)
	f()
	return nil
}

// Some asks for as many as it is told.
func Some(ctx context.Context, n int64, f func()) error {
	sem := semaphore.NewWeighted(n)
	if err := sem.Acquire(ctx, large); err != nil {
		return err
	}
	defer sem.Release(large)
	f()
	return nil
}

// Stuck lets nothing start.
func Stuck(fs []func() error) error {
	var g errgroup.Group
	g.SetLimit(0) // want `limit of g is 0: it lets nothing start, and Go waits for ever \(semwait/over-ask\)`
	for _, f := range fs {
		g.Go(f)
	}
	return g.Wait()
}

// Free lifts the limit, and Two sets one.
func Free(fs []func() error) error {
	var g errgroup.Group
	g.SetLimit(-1)
	for _, f := range fs {
		g.Go(f)
	}
	return g.Wait()
}
