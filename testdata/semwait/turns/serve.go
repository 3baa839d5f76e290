// Package turns waits for its turn at a rate limiter.
package turns

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// A Server answers so many requests per second.
type Server struct{ limiter *rate.Limiter }

// Detached queues requests of clients that have gone.
func (s *Server) Detached(w http.ResponseWriter, r *http.Request) {
	if err := s.limiter.Wait(context.Background()); err != nil { // want `wait for a turn of s.limiter is on context.Background\(\): it goes on when whoever asked has gone \(semwait/background\)`
		return
	}
	fmt.Fprintln(w, "hello")
}

// Attached ends with the client. Where the request has a deadline, Wait fails
// at once if its turn would come later.
func (s *Server) Attached(w http.ResponseWriter, r *http.Request) {
	if err := s.limiter.Wait(r.Context()); err != nil {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "hello")
}

// Soon fails at once if its turn does not come within a second.
func (s *Server) Soon(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.limiter.WaitN(ctx, 2); err != nil {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "hello")
}

// Refuse does not wait.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request) {
	if !s.limiter.Allow() {
		http.Error(w, "busy", http.StatusTooManyRequests)
		return
	}
	fmt.Fprintln(w, "hello")
}

// Crawl is the program's own.
func (s *Server) Crawl(urls []string, fetch func(string)) error {
	for _, u := range urls {
		if err := s.limiter.Wait(context.Background()); err != nil {
			return err
		}
		fetch(u)
	}
	return nil
}
