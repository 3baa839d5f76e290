package members

import (
	"io"
	"sync"
)

// A Registry has sessions that are told to end.
type Registry struct {
	mu       sync.Mutex
	sessions map[string]*session
}

type session struct {
	w    io.Writer
	out  chan []byte
	stop chan any    // the last thing that a session is told
	quit chan string // the same, but it has to be at hand
}

// Add starts a session.
func (g *Registry) Add(id string, w io.Writer) {
	s := &session{w: w, out: make(chan []byte, 16), stop: make(chan any, 1), quit: make(chan string)}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions[id] = s
	go s.run()
}

func (s *session) run() {
	for {
		select {
		case b := <-s.out:
			if _, err := s.w.Write(b); err != nil {
				return
			}
		case last := <-s.stop:
			if b, ok := last.([]byte); ok {
				_, _ = s.w.Write(b)
			}
			return
		case <-s.quit:
			return
		}
	}
}

// Expire is silent: there is room for the one word that a session is told last.
func (g *Registry) Expire(of <-chan []string) {
	for ids := range of {
		for _, id := range ids {
			g.mu.Lock()
			s, ok := g.sessions[id]
			delete(g.sessions, id)
			g.mu.Unlock()
			if ok {
				s.stop <- nil
			}
		}
	}
}

// EndAll is silent for the same reason.
func (g *Registry) EndAll(bye []byte) {
	for _, s := range g.sessions {
		s.stop <- bye
	}
}

// QuitAll is reported: a session that writes to a client does not hear it.
func (g *Registry) QuitAll(why string) {
	for _, s := range g.sessions {
		s.quit <- why // want `send to s.quit waits in the loop that serves them all`
	}
}

// Tell is reported: there may be more to say than there is room for.
func (g *Registry) Tell(b []byte) {
	for _, s := range g.sessions {
		s.out <- b // want `send to s.out waits in the loop that serves them all`
	}
}
