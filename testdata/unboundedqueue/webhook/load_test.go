package webhook

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: events come through a proxy that keeps a few connections. The hook
// takes 200 events a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 1, Takes: 5 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			hook := New(func(ctx context.Context, _ string) error { return s.Work(ctx) })
			mux := http.NewServeMux()
			mux.Handle("POST /events/{event}", hook)
			srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			ctx, cancel := context.WithCancel(t.Context())
			s.Go(func() { _ = hook.Run(ctx) })                          // ends with the stage
			s.Go(func() { _ = srv.Serve(ln) })                          // ends with the listener
			s.OnStop(func() { _ = srv.Close(); drain(hook); cancel() }) // nothing to save
			return nil
		},
		Peer: func(p *rig.Peer) error {
			return p.Post("/events/" + p.Key())
		},
	})
}

// drain receives what nobody will post any more.
func drain(s *Server) {
	for {
		select {
		case <-s.events:
		case <-time.After(50 * time.Millisecond):
			return
		}
	}
}
