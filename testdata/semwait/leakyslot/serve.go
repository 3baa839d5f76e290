// Package leakyslot resizes pictures, a few at a time, and forgets to give back
// the slot of a request that it refuses.
package leakyslot

import (
	"io"
	"net/http"
)

// atOnce is how many pictures are resized at a time.
const atOnce = 8

// A Server resizes pictures.
type Server struct {
	resize func(name string) string
	slots  chan struct{}
}

// NewServer returns a server that has resize do the work.
func NewServer(resize func(name string) string) *Server {
	return &Server{resize: resize, slots: make(chan struct{}, atOnce)}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select { // want `slot of s.slots is not given back on a path that returns: each time there is one less \(semwait/leaked-slot\)`
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	name := r.URL.Query().Get("name")
	if name == "" {
		http.Error(w, "which picture?", http.StatusBadRequest)
		return
	}
	_, err := io.WriteString(w, s.resize(name))
	<-s.slots
	if err != nil {
		w.Header().Set("Connection", "close")
	}
}
