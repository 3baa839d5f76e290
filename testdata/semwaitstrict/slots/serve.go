// Package slots has what only the strict kinds report.
package slots

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// A Server relays, some at a time.
type Server struct {
	sem   *semaphore.Weighted
	slots chan struct{}
	addr  string
}

func (s *Server) relay(w io.Writer) error {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(w, c)
	return err
}

// ServeHTTP ends its wait with the client, and refuses nobody.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.sem.Acquire(r.Context(), 1); err != nil { // want `handler ServeHTTP queues for a slot of s.sem without a limit: it never refuses while it still could \(semwait/no-readiness\)`
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Soon waits for a second.
func (s *Server) Soon(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := s.sem.Acquire(ctx, 1); err != nil {
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Looked asks how many there are first.
func (s *Server) Looked(w http.ResponseWriter, r *http.Request) {
	if len(s.slots) == cap(s.slots) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	select {
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	_ = s.relay(w)
}

// Twice holds one and waits for another.
func (s *Server) Twice(ctx context.Context) error {
	if err := s.sem.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.sem.Release(1)
	if err := s.sem.Acquire(ctx, 1); err != nil { // want `slot of s.sem is waited for while one is held: holders wait for each other when all are out \(semwait/hold-and-wait\)`
		return err
	}
	defer s.sem.Release(1)
	return s.relay(io.Discard)
}

// OneByOne gives the first back.
func (s *Server) OneByOne(ctx context.Context) error {
	for range 2 {
		if err := s.sem.Acquire(ctx, 1); err != nil {
			return err
		}
		err := s.relay(io.Discard)
		s.sem.Release(1)
		if err != nil {
			return err
		}
	}
	return nil
}

// Log tells its caller nothing.
func (s *Server) Log() {
	s.slots <- struct{}{} // want `Log may wait for a slot of s.slots and tells its caller nothing: no context, error or flag \(semwait/no-feedback\)`
	defer func() { <-s.slots }()
	_ = s.relay(io.Discard)
}

// LogErr does.
func (s *Server) LogErr() error {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	return s.relay(io.Discard)
}
