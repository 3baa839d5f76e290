package leakedslot

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"
)

// A gate is asked by what its interface says.
type gate interface {
	Acquire(ctx context.Context) error
	Release()
}

type gated struct {
	gate  gate
	slots *semaphore.Weighted
}

// named is silent: the error is a named result, which lives in memory because
// of the defers, and on the way out with it there is no slot.
func (g *gated) named(ctx context.Context, do func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()

	err = g.gate.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("waiting for the gate: %w", err)
	}
	defer g.gate.Release()
	return do(ctx)
}

// reported is silent: what the deferred literal does with the error comes later.
func (g *gated) reported(ctx context.Context, do func() error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("reported: %w", err)
		}
	}()
	if err = g.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer g.slots.Release(1)
	return do()
}

// early is reported: the slot is there, and stays.
func (g *gated) early(ctx context.Context, check, do func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err = g.slots.Acquire(ctx, 1); err != nil { // want `slot of g.slots is not given back on a path that returns`
		return err
	}
	if err = check(); err != nil {
		return err
	}
	err = do()
	g.slots.Release(1)
	return err
}
