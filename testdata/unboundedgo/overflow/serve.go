// Package overflow delivers mail that comes in over HTTP. A few workers deliver
// it; when they fall behind, a goroutine is started for each further mail.
package overflow

import (
	"context"
	"net/http"
	"time"
)

const (
	workers = 8  // deliver at a time
	backlog = 64 // may wait for a worker
)

// A Server delivers mail.
type Server struct {
	deliver func(ctx context.Context, mail string) error
	mails   chan string
}

// NewServer returns a Server that delivers with deliver until Close.
func NewServer(deliver func(ctx context.Context, mail string) error) *Server {
	s := &Server{deliver: deliver, mails: make(chan string, backlog)}
	for range workers {
		go func() {
			for mail := range s.mails {
				s.send(mail)
			}
		}()
	}
	return s
}

// Close lets the workers end. No mail may come in any more.
func (s *Server) Close() { close(s.mails) }

// ServeHTTP takes one mail in.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mail := r.PathValue("mail")
	select {
	case s.mails <- mail:
	default:
		go s.send(mail) // want `goroutine started when s.mails is full: .*unboundedgo/overflow`
	}
	w.WriteHeader(http.StatusAccepted)
}

// send delivers one mail. The sender is asked again for what gets lost.
func (s *Server) send(mail string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = s.deliver(ctx, mail)
}
