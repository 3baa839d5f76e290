package rig

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A desk does Work: so many at a time, each for so long. It is what the
// system's requests queue for.
type desk struct {
	slots   chan struct{}
	takes   time.Duration
	over    chan struct{} // closed when the stage has ended: nobody waits any more
	once    sync.Once
	done    atomic.Int64
	waiting atomic.Int64
}

// newDesk returns a desk for w.
func newDesk(w Work) *desk {
	return &desk{slots: make(chan struct{}, max(w.Slots, 1)), takes: w.Takes, over: make(chan struct{})}
}

// do waits for a slot and works in it.
func (d *desk) do(ctx context.Context) error {
	d.waiting.Add(1)
	select {
	case d.slots <- struct{}{}:
		d.waiting.Add(-1)
		defer func() { <-d.slots }()
	case <-ctx.Done():
		d.waiting.Add(-1)
		return ctx.Err()
	case <-d.over:
		d.waiting.Add(-1)
		return nil
	}
	t := time.NewTimer(d.takes)
	defer t.Stop()
	select {
	case <-t.C:
		d.done.Add(1)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-d.over:
		return nil
	}
}

// release lets everyone through who waits or will come.
func (d *desk) release() { d.once.Do(func() { close(d.over) }) }
