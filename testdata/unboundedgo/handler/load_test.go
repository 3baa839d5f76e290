package handler

import (
	"context"
	"io"
	"log"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: orders come through a proxy that keeps a few connections. The
// warehouse can be told about 200 orders a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			mux := http.NewServeMux()
			mux.Handle("POST /orders/{order}", &Server{
				Tell: func(ctx context.Context, _ string) error { return s.Work(ctx) },
				Log:  log.New(io.Discard, "", 0),
			})
			srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
			s.OnStop(func() { _ = srv.Close() }) // nothing to save
			return nil
		},
		Peer: func(p *rig.Peer) error {
			return p.Post("/orders/" + p.Key())
		},
	})
}
