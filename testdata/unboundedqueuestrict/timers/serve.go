// Package timers has timers that live until their time has come.
package timers

import (
	"net/http"
	"sync"
	"time"
)

type server struct {
	mu     sync.Mutex
	tokens map[string]bool
	count  int
}

// A timer per request: rate times an hour are there at once.
func (s *server) login(w http.ResponseWriter, r *http.Request) {
	token := r.FormValue("token")
	time.AfterFunc(time.Hour, func() { s.expire(token) }) // want `timer per request: peers decide how many run at once, nothing bounds them \(unboundedqueue/timer\)`
}

func (s *server) expire(token string) {
	s.mu.Lock()
	delete(s.tokens, token)
	s.mu.Unlock()
}

// The same through a method value, in a helper.
func (s *server) visit(w http.ResponseWriter, r *http.Request) { s.forget() }

func (s *server) forget() {
	time.AfterFunc(time.Hour, s.one) // want `timer per request`
}

func (s *server) one() {
	s.mu.Lock()
	s.count--
	s.mu.Unlock()
}

// The timer ends with the request.
func (s *server) timed(w http.ResponseWriter, r *http.Request) {
	t := time.AfterFunc(time.Second, func() { s.expire("late") })
	defer t.Stop()
	w.WriteHeader(http.StatusNoContent)
}

type client struct{ idle *time.Timer }

// Who keeps the timer may stop it.
func (c *client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.idle != nil {
		c.idle.Stop()
	}
	c.idle = time.AfterFunc(time.Minute, func() {})
}

// One timer, made when the server starts.
func (s *server) start() {
	time.AfterFunc(time.Minute, s.one)
}
