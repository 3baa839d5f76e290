// Package detached looks keys up in a slow database, a few at a time. Its wait
// could end with the request, and is given a context that does not.
package detached

import (
	"context"
	"io"
	"net/http"

	"golang.org/x/sync/semaphore"
)

// atOnce is how many questions the database is asked at a time.
const atOnce = 8

// A Server answers requests for keys.
type Server struct {
	lookup func(key string) (string, error)
	slots  *semaphore.Weighted
}

// NewServer returns a server that asks lookup.
func NewServer(lookup func(key string) (string, error)) *Server {
	return &Server{lookup: lookup, slots: semaphore.NewWeighted(atOnce)}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.slots.Acquire(context.Background(), 1); err != nil { // want `wait for a slot of s.slots is on context.Background\(\): it goes on when whoever asked has gone \(semwait/background\)`
		return
	}
	defer s.slots.Release(1)
	v, err := s.lookup(r.URL.Path)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, v) // the client may have gone
}

// Warm asks for a key before anybody else does.
func (s *Server) Warm(ctx context.Context, key string) error {
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.slots.Release(1)
	_, err := s.lookup(key)
	return err
}
