// Package sendgoroutine has goroutines that exist in order to send.
package sendgoroutine

import (
	"context"
	"net/http"
	"time"
)

type event struct{ path string }

type server struct {
	events chan *event
	quit   chan struct{}
}

func newServer() *server { return &server{events: make(chan *event), quit: make(chan struct{})} }

func (s *server) run() {
	for e := range s.events {
		post(e)
	}
}

func post(*event) { time.Sleep(time.Second) }

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	s.notify(r.URL.Path)
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) notify(path string) {
	e := &event{path}
	go func() { s.events <- e }() // want `goroutine per send to s.events waits until it is received: peers decide how many, nothing bounds them \(unboundedqueue/send-goroutine\)`
}

func (s *server) named(w http.ResponseWriter, r *http.Request) {
	go s.send(&event{r.URL.Path}) // want `goroutine per send to s.events waits until it is received: peers decide how many`
}

func (s *server) send(e *event) { s.events <- e }

// A stop channel ends the goroutines with the server, not before.
func (s *server) stoppable(w http.ResponseWriter, r *http.Request) {
	e := &event{r.URL.Path}
	go func() { // want `goroutine per send to s.events waits`
		select {
		case s.events <- e:
		case <-s.quit:
		}
	}()
}

// Bus has exported methods: whoever calls them decides.
type Bus struct{ subscriber chan<- *event }

func (b *Bus) Publish(e *event) {
	go func() { b.subscriber <- e }() // want `goroutine per send to b.subscriber waits until it is received: callers of Publish decide how many`
}

// In line: the handler waits.
func (s *server) inline(w http.ResponseWriter, r *http.Request) {
	s.events <- &event{r.URL.Path}
}

// Dropped when nobody is ready.
func (s *server) drops(w http.ResponseWriter, r *http.Request) {
	e := &event{r.URL.Path}
	go func() {
		select {
		case s.events <- e:
		default:
		}
	}()
}

// The wait ends by itself.
func (s *server) timed(w http.ResponseWriter, r *http.Request) {
	e := &event{r.URL.Path}
	go func() {
		select {
		case s.events <- e:
		case <-time.After(time.Second):
		}
	}()
}

// The wait ends with the request.
func (s *server) bound(w http.ResponseWriter, r *http.Request) {
	e := &event{r.URL.Path}
	ctx := r.Context()
	go func() {
		select {
		case s.events <- e:
		case <-ctx.Done():
		}
	}()
}

// The answer to one question has a channel of its own.
func (s *server) answers(w http.ResponseWriter, r *http.Request) {
	answer := make(chan int, 1)
	go func() { answer <- len(r.URL.Path) }()
	select {
	case <-answer:
	case <-r.Context().Done():
	}
}

// A slot is taken first.
func (s *server) limited(slots chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		e := &event{r.URL.Path}
		slots <- struct{}{}
		go func() {
			s.events <- e
			<-slots
		}()
	}
}

// Once is not many.
func (s *server) start(ctx context.Context) {
	go func() { s.events <- &event{"start"} }()
}

// Tells that the server has stopped.
func (s *server) Close() {
	go func() { s.quit <- struct{}{} }()
}
