// Package slots has semaphores as projects write them.
package slots

import (
	"context"
	"sync"
)

// A Sem is a channel with names.
type Sem chan struct{}

// Take waits for a slot.
func (s Sem) Take() { s <- struct{}{} }

// Give gives it back.
func (s Sem) Give() { <-s }

// A Gate lets in whoever comes before its context ends.
type Gate struct{ ch chan struct{} }

// NewGate returns a gate.
func NewGate(n int) *Gate { return &Gate{ch: make(chan struct{}, n)} }

// Start waits until the context ends.
func (g *Gate) Start(ctx context.Context) error {
	select {
	case g.ch <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Enter waits for as long as it takes.
func (g *Gate) Enter() { g.ch <- struct{}{} }

// Done lets the next one in.
func (g *Gate) Done() { <-g.ch }

// A Lot counts.
type Lot struct {
	mu   sync.Mutex
	cond *sync.Cond
	free int
}

// Park waits until there is room.
func (l *Lot) Park() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.free == 0 {
		l.cond.Wait()
	}
	l.free--
}

// Leave makes room.
func (l *Lot) Leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free++
	l.cond.Signal()
}

// A Door has two sides: what ends with a context is the other one.
type Door struct{ front, back chan struct{} }

// NewDoor returns a door.
func NewDoor(n int) *Door { return &Door{make(chan struct{}, n), make(chan struct{}, n)} }

// Enter waits at the front.
func (d *Door) Enter() { d.front <- struct{}{} }

// Exit lets the next one in.
func (d *Door) Exit() { <-d.front }

// EnterContext waits at the back.
func (d *Door) EnterContext(ctx context.Context) error {
	select {
	case d.back <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ExitBack lets the next one in.
func (d *Door) ExitBack() { <-d.back }
