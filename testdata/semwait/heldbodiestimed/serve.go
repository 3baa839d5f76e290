// Package heldbodiestimed gives requests a minute to come in. All is silent.
package heldbodiestimed

import (
	"io"
	"net/http"
	"time"
)

const maxBody = 1 << 20

// A Server works on a few requests at a time.
type Server struct{ slots chan struct{} }

// Serve has a limit for all of a request.
func (s *Server) Serve(addr string) error {
	srv := &http.Server{Addr: addr, Handler: http.HandlerFunc(s.draw), ReadTimeout: time.Minute, WriteTimeout: time.Minute}
	return srv.ListenAndServe()
}

func (s *Server) draw(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Write(b)
}
