// Package childprocess has slots for other programs, which run for as long as
// they like, and for files and locks, which wait for no peer.
package childprocess

import (
	"net/http"
	"os"
	"os/exec"
	"sync"
)

// A Server converts pictures.
type Server struct {
	slots chan struct{}
	disk  chan struct{}
	mu    sync.Mutex
	seen  map[string]bool
}

func convert(name string) error { return exec.Command("convert", name).Run() }

// Convert waits for programs.
func (s *Server) Convert(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{} // want `wait for a slot of s.slots lasts as long as requests that hold one: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer func() { <-s.slots }()
	if err := convert(r.URL.Path); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// Save waits for the disk.
func (s *Server) Save(w http.ResponseWriter, r *http.Request) {
	s.disk <- struct{}{}
	defer func() { <-s.disk }()
	s.mu.Lock()
	s.seen[r.URL.Path] = true
	s.mu.Unlock()
	_ = os.WriteFile("seen", []byte(r.URL.Path), 0o600)
}
