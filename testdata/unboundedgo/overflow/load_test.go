package overflow

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: mail comes through a proxy that keeps a few connections. The
// system behind the workers takes 200 mails a second.
func TestLoad(t *testing.T) {
	var current atomic.Pointer[Server]
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Queue: func() int { return len(current.Load().mails) },
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			mail := NewServer(func(ctx context.Context, _ string) error { return s.Work(ctx) })
			current.Store(mail)
			mux := http.NewServeMux()
			mux.Handle("POST /mails/{mail}", mail)
			srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			s.Go(func() {
				_ = srv.Serve(ln) // ends with the listener
				_ = srv.Shutdown(context.Background())
				mail.Close()
			})
			return nil
		},
		Peer: func(p *rig.Peer) error {
			return p.Post("/mails/" + p.Key())
		},
	})
}
