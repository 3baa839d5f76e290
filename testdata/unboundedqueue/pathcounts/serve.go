// Package pathcounts counts the requests for each path.
package pathcounts

import (
	"net/http"
	"sync"
)

// A Server counts.
type Server struct {
	mu   sync.Mutex
	hits map[string]int
}

// New returns a server that has counted nothing yet.
func New() *Server { return &Server{hits: make(map[string]int)} }

// ServeHTTP counts one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.hits[r.URL.Path]++ // want `map s.hits grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// paths returns how many paths there are.
func (s *Server) paths() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.hits)
}
