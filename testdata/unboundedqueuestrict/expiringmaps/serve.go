// Package expiringmaps has maps whose entries leave some day.
package expiringmaps

import (
	"net/http"
	"sync"
	"time"
)

type session struct{ last time.Time }

type server struct {
	mu       sync.Mutex
	sessions map[string]*session
	tokens   sync.Map
	few      map[string]*session
	kinds    map[uint8]*session
}

// Entries leave after an hour; until then peers decide how many there are.
func (s *server) visit(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[r.FormValue("id")] = &session{time.Now()} // want `map s.sessions grows with each new key: peers decide its keys, nothing bounds how many \(unboundedqueue/map\)`
}

func (s *server) expire() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for id, e := range s.sessions {
			if time.Since(e.last) > time.Hour {
				delete(s.sessions, id)
			}
		}
		s.mu.Unlock()
	}
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	s.tokens.Store(r.FormValue("token"), time.Now()) // want `map s.tokens grows with each new key: peers decide its keys, entries leave only when a peer asks for it`
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	s.tokens.Delete(r.FormValue("token"))
}

const maxFew = 1000

// No more than so many.
func (s *server) bounded(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.few) >= maxFew {
		http.Error(w, "too many", http.StatusServiceUnavailable)
		return
	}
	s.few[r.FormValue("id")] = &session{time.Now()}
}

func (s *server) leave(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	delete(s.few, r.FormValue("id"))
	s.mu.Unlock()
}

// There are 256 of them at most.
func (s *server) kind(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds[r.FormValue("kind")[0]] = &session{time.Now()}
}

func (s *server) drop(k uint8) { delete(s.kinds, k) }
