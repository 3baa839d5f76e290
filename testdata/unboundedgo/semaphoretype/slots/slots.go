// Package slots holds semaphore types for other packages.
package slots

import (
	"context"
	"sync"
)

// A Semaphore is a channel with methods.
type Semaphore chan struct{}

// New makes a semaphore with n slots.
func New(n int) Semaphore { return make(Semaphore, n) }

// Acquire waits for a slot.
func (s Semaphore) Acquire() { s <- struct{}{} }

// AcquireContext waits for a slot or for the end of the context; it reports which.
func (s Semaphore) AcquireContext(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// TryAcquire takes a slot if there is one.
func (s Semaphore) TryAcquire() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// Release frees a slot.
func (s Semaphore) Release() {
	select {
	case <-s:
	default:
		panic("slots: release of a free slot")
	}
}

// A Counted semaphore waits on a condition.
type Counted struct {
	mu   sync.Mutex
	cond *sync.Cond
	free int
}

// NewCounted makes a semaphore with n slots.
func NewCounted(n int) *Counted {
	c := &Counted{free: n}
	c.cond = sync.NewCond(&c.mu)
	return c
}

// Take waits until a slot is free.
func (c *Counted) Take() {
	c.mu.Lock()
	for c.free == 0 {
		c.cond.Wait()
	}
	c.free--
	c.mu.Unlock()
}

// Give frees a slot.
func (c *Counted) Give() {
	c.mu.Lock()
	c.free++
	c.mu.Unlock()
	c.cond.Signal()
}

// A Ticket is the right to run; Done ends it.
type Ticket struct{ sem Semaphore }

// Enter waits for a ticket.
func (s Semaphore) Enter() *Ticket {
	s.Acquire()
	return &Ticket{sem: s}
}

// Done gives the ticket back.
func (t *Ticket) Done() { t.sem.Release() }

// A Bag holds values of any type for reuse; nobody gets one while it is empty.
type Bag[T any] struct{ c chan T }

// NewBag fills a bag.
func NewBag[T any](values ...T) *Bag[T] {
	b := &Bag[T]{c: make(chan T, len(values))}
	for _, v := range values {
		b.c <- v
	}
	return b
}

// Get waits for a value.
func (b *Bag[T]) Get() T { return <-b.c }

// Put gives a value back.
func (b *Bag[T]) Put(v T) { b.c <- v }
