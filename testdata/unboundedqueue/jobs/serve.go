// Package jobs takes jobs over HTTP. One worker does them in the order they
// came in; the answer says no more than that they are noted.
package jobs

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// A Server takes jobs.
type Server struct {
	Do func(ctx context.Context, job string) error // does one job

	mu      sync.Mutex
	pending []string
}

// ServeHTTP notes one job.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	job := r.PathValue("job")
	if job == "" {
		http.Error(w, "which job?", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.pending = append(s.pending, job) // want `queue s.pending grows with each request: peers decide how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/queue\)`
	s.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

// Work does the jobs until ctx ends.
func (s *Server) Work(ctx context.Context) error {
	for ctx.Err() == nil {
		job, ok := s.next()
		if !ok {
			time.Sleep(time.Millisecond)
			continue
		}
		if err := s.Do(ctx, job); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// next takes the oldest job.
func (s *Server) next() (job string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 {
		return "", false
	}
	job = s.pending[0]
	s.pending = s.pending[1:]
	return job, true
}

// queued returns how many jobs wait.
func (s *Server) queued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending)
}
