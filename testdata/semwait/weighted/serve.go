// Package weighted waits for golang.org/x/sync/semaphore.
package weighted

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

const slots = 16

// A Server relays.
type Server struct {
	sem  *semaphore.Weighted
	addr string
}

// New returns a server.
func New(addr string) *Server { return &Server{sem: semaphore.NewWeighted(slots), addr: addr} }

func (s *Server) relay(w io.Writer) error {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(w, c)
	return err
}

// Detached waits for clients that have gone.
func (s *Server) Detached(w http.ResponseWriter, r *http.Request) {
	if err := s.sem.Acquire(context.Background(), 1); err != nil { // want `wait for a slot of s.sem is on context.Background\(\): it goes on when whoever asked has gone \(semwait/background\)`
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Value does not help: its parent never ends.
func (s *Server) Value(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithValue(context.Background(), key{}, r.URL.Path)
	if err := s.sem.Acquire(ctx, 1); err != nil { // want `background`
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

type key struct{}

// Kept has the context outlive the request, for what comes after the wait.
func (s *Server) Kept(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithValue(context.Background(), key{}, r.URL.Path)
	if err := s.sem.Acquire(ctx, 1); err != nil { // want `background`
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
	note(ctx)
}

func note(ctx context.Context) { _ = ctx.Value(key{}) }

// Attached ends with the client.
func (s *Server) Attached(w http.ResponseWriter, r *http.Request) {
	if err := s.sem.Acquire(r.Context(), 1); err != nil {
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Limited waits for a second.
func (s *Server) Limited(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.sem.Acquire(ctx, 1); err != nil {
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Try does not wait.
func (s *Server) Try(w http.ResponseWriter, r *http.Request) {
	if !s.sem.TryAcquire(1) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	defer s.sem.Release(1)
	_ = s.relay(w)
}

// Watch starts a goroutine per peer, which says of itself that it is not done.
func (s *Server) Watch(addr string) {
	go func() {
		if err := s.sem.Acquire(context.TODO(), 1); err != nil { // want `is on context.TODO\(\)`
			return
		}
		defer s.sem.Release(1)
		_ = s.relay(io.Discard)
	}()
}

// A node opens its gate once, which ends no wait for a slot.
type node struct {
	ready chan struct{}
	few   *semaphore.Weighted
}

func newNode(peers int64) *node {
	return &node{ready: make(chan struct{}), few: semaphore.NewWeighted(peers)}
}

func (n *node) open() { close(n.ready) }

// Poll waits again and again: a defer would pile up.
func (s *Server) Poll(stop func() bool) {
	go func() {
		for !stop() {
			if err := s.sem.Acquire(context.TODO(), 1); err != nil { // want `is on context.TODO\(\)`
				return
			}
			_ = s.relay(io.Discard)
			s.sem.Release(1)
		}
	}()
}

// add keeps the goroutines of peers that have gone.
func (n *node) add(gone func() bool) {
	go func() {
		if err := n.few.Acquire(context.TODO(), 1); err != nil { // want `is on context.TODO\(\)`
			return
		}
		defer n.few.Release(1)
		<-n.ready
		for !gone() {
			time.Sleep(time.Second)
		}
	}()
}

// Shutdown takes all slots: it waits for the holders, on purpose.
func (s *Server) Shutdown(ctx context.Context) error {
	return s.sem.Acquire(context.Background(), slots)
}

// work has nobody to answer to: it is the program's own.
func (s *Server) work(jobs <-chan string) {
	for range jobs {
		if err := s.sem.Acquire(context.Background(), 1); err != nil {
			return
		}
		_ = s.relay(io.Discard)
		s.sem.Release(1)
	}
}

// Both takes a context that callers choose.
func (s *Server) Both(ctx context.Context) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if err := s.sem.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.sem.Release(1)
	return s.relay(io.Discard)
}

// Batch has slots of its own, for one call.
func (s *Server) Batch(ctx context.Context, n int) error {
	sem := semaphore.NewWeighted(4)
	for range n {
		if err := sem.Acquire(context.Background(), 1); err != nil {
			return err
		}
		go func() {
			defer sem.Release(1)
			_ = s.relay(io.Discard)
		}()
	}
	return errors.Join(sem.Acquire(ctx, 4))
}
