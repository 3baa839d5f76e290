// Package goneclients looks keys up in a slow database, a few at a time, for
// clients that do not wait for it.
package goneclients

import (
	"io"
	"net/http"
)

// atOnce is how many questions the database is asked at a time.
const atOnce = 8

// A Server answers requests for keys.
type Server struct {
	lookup func(key string) (string, error)
	slots  chan struct{}
}

// NewServer returns a server that asks lookup.
func NewServer(lookup func(key string) (string, error)) *Server {
	return &Server{lookup: lookup, slots: make(chan struct{}, atOnce)}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{} // want `wait for a slot of s.slots lasts as long as requests that hold one: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer func() { <-s.slots }()
	v, err := s.lookup(r.URL.Path)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, v) // the client may have gone
}
