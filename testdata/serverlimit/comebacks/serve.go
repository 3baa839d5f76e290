// Package comebacks draws pictures, so many at a time, and turns others away.
package comebacks

import (
	"net/http"
)

// A Server answers requests with what draw draws.
type Server struct {
	draw  func() ([]byte, error)
	slots chan struct{}
}

// New returns a server that draws atOnce pictures at a time.
func New(atOnce int, draw func() ([]byte, error)) *Server {
	return &Server{draw: draw, slots: make(chan struct{}, atOnce)}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable) // want `503 answered without Retry-After: clients decide when to come back, and how often \(serverlimit/retry-after\)`
		return
	}
	picture, err := s.draw()
	if err != nil {
		http.Error(w, "no picture", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(picture) // the client may have gone
}
