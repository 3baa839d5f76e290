// Package far has semaphores and consumers for others.
package far

import (
	"context"
	"io"
	"net"

	"golang.org/x/sync/semaphore"
)

// A Sem is a channel with names.
type Sem chan struct{}

// Take waits for a slot.
func (s Sem) Take() { s <- struct{}{} }

// Give gives it back.
func (s Sem) Give() { <-s }

// Slots is a name for a semaphore of another module.
type Slots = semaphore.Weighted

// Wait takes one of s, whatever the context is.
func Wait(ctx context.Context, s *Slots) error { return s.Acquire(ctx, 1) }

// A Sub is a consumer.
type Sub struct{ In chan string }

// NewSub has room for a few.
func NewSub() *Sub { return &Sub{In: make(chan string, 4)} }

// Head reads one.
func Head(c net.Conn) ([]byte, error) {
	b := make([]byte, 4)
	_, err := io.ReadFull(c, b)
	return b, err
}
