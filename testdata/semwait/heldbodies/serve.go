// Package heldbodies holds slots while clients send what they ask about, for
// which they have as long as they like.
package heldbodies

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

const maxBody = 1 << 20

// A Server works on a few requests at a time.
type Server struct{ slots chan struct{} }

// Serve has a limit for headers only.
func (s *Server) Serve(addr string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/draw", s.draw)
	mux.HandleFunc("/plot", s.plot)
	mux.HandleFunc("/early", s.early)
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	return srv.ListenAndServe()
}

func (s *Server) draw(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	// nofix: it could be read before the slot is taken
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)) // want `slot of s\.slots is held while r\.Body is read without a deadline: peers that send nothing hold them all \(semwait/slot-held\)`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Write(b)
}

func (s *Server) plot(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	points, err := parse(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	json.NewEncoder(w).Encode(len(points))
}

func parse(w http.ResponseWriter, r *http.Request) (points []int, err error) {
	err = json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&points) // want `slot of s\.slots is held while r\.Body is read without a deadline`
	return points, err
}

// early is silent: the slot is for the work, not for waiting for it.
func (s *Server) early(w http.ResponseWriter, r *http.Request) {
	points, err := parse(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	json.NewEncoder(w).Encode(len(points))
}
