// Package webhook takes events over HTTP and posts them to a hook, one at a
// time.
package webhook

import (
	"context"
	"net/http"
)

// A Server takes events.
type Server struct {
	Post func(ctx context.Context, event string) error // posts to the hook

	events chan string
}

// New returns a server that posts with post.
func New(post func(context.Context, string) error) *Server {
	return &Server{Post: post, events: make(chan string)}
}

// ServeHTTP takes one event.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.notify(r.PathValue("event"))
	w.WriteHeader(http.StatusAccepted)
}

// notify has event posted some time.
func (s *Server) notify(event string) {
	go func() { s.events <- event }() // want `goroutine per send to s.events waits until it is received: peers decide how many, nothing bounds them \(unboundedqueue/send-goroutine\)`
}

// Run posts the events until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	for {
		select {
		case e := <-s.events:
			if err := s.Post(ctx, e); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
