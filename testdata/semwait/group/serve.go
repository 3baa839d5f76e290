// Package group starts goroutines through groups with a limit.
package group

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

const atOnce = 8

// A Server asks a backend for each request, through one group for all.
type Server struct {
	g    errgroup.Group
	free errgroup.Group
	addr string
}

// New limits the group.
func New(addr string) *Server {
	s := &Server{addr: addr}
	s.g.SetLimit(atOnce)
	return s
}

func (s *Server) ask() error {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(io.Discard, c)
	return err
}

func (s *Server) askSoon() error {
	c, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, c)
	return err
}

// ServeHTTP waits for room: Go looks at no context.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.g.Go(s.ask) // want `wait for room in s.g lasts as long as the goroutines in it: r.Context\(\) cannot end it \(semwait/no-context\)`
	w.WriteHeader(http.StatusAccepted)
}

// Literal does it with a literal.
func (s *Server) Literal(w http.ResponseWriter, r *http.Request) {
	s.g.Go(func() error { // want `no-context`
		// the answer is of no interest
		return s.ask()
	})
	w.WriteHeader(http.StatusAccepted)
}

// Try does not wait.
func (s *Server) Try(w http.ResponseWriter, r *http.Request) {
	if !s.g.TryGo(s.ask) {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// Soon waits for goroutines that are done in time.
func (s *Server) Soon(w http.ResponseWriter, r *http.Request) {
	s.g.Go(s.askSoon)
	w.WriteHeader(http.StatusAccepted)
}

// Short waits for goroutines that wait for nobody.
func (s *Server) Short(w http.ResponseWriter, r *http.Request) {
	n := 0
	s.g.Go(func() error { n++; return nil })
}

// Each has a group of its own, whose goroutines end with the request.
func (s *Server) Each(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	g.SetLimit(atOnce)
	for _, u := range r.URL.Query()["url"] {
		g.Go(func() error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		})
	}
	if err := g.Wait(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// All works for one caller.
func (s *Server) All(ctx context.Context, n int) error {
	for range n {
		s.g.Go(s.ask)
	}
	return s.g.Wait()
}

// Unlimited never waits for room.
func (s *Server) Unlimited(w http.ResponseWriter, r *http.Request) {
	s.free.Go(s.ask)
}
