// Package unfortunate holds code whose verdict is known to be wrong, and why.
// Each function says what would be right.
package unfortunate

import (
	"context"
	"io"
	"net"
)

// A Store's slots are taken and given back under a condition.
type Store struct {
	slots chan struct{}
	addr  string
}

func (s *Store) ask() error {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(io.Discard, c)
	return err
}

// Get should be reported: the acquire does not dominate the release, and a
// release that is not proven to belong to it makes no semaphore.
func (s *Store) Get(ctx context.Context, limited bool) error {
	if limited {
		s.slots <- struct{}{}
	}
	err := s.ask()
	if limited {
		<-s.slots
	}
	return err
}

// Limiter is implemented elsewhere: how it waits cannot be seen, and whether
// its callers' contexts are obeyed cannot either.
type Limiter interface {
	Wait()
	Done()
}

// Through should be reported if all implementations wait for ever.
func (s *Store) Through(ctx context.Context, l Limiter) error {
	l.Wait()
	defer l.Done()
	return s.ask()
}
