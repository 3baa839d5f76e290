package jobs

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// The queue that the fix leaves is shorter here than it is by default, so that
// seconds fill it:
//
//bpbench:limit 32

// TestLoad: jobs come faster than the worker does them.
func TestLoad(t *testing.T) {
	var cur atomic.Pointer[Server]
	cur.Store(&Server{})
	rig.Run(t, rig.Load{
		Resource: rig.Queue,
		Work:     rig.Work{Slots: 1, Takes: 5 * time.Millisecond},
		Rates:    []float64{100, 1000, 3500},
		Queue:    func() int { return cur.Load().queued() },
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			jobs := &Server{Do: func(ctx context.Context, _ string) error { return s.Work(ctx) }}
			cur.Store(jobs)
			mux := http.NewServeMux()
			mux.Handle("POST /jobs/{job}", jobs)
			srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			ctx, cancel := context.WithCancel(t.Context())
			s.Go(func() { _ = jobs.Work(ctx) }) // ends with the stage
			s.Go(func() { _ = srv.Serve(ln) })  // ends with the listener
			s.OnStop(func() { cancel(); _ = srv.Close() })
			return nil
		},
		Peer: func(p *rig.Peer) error {
			return p.Post("/jobs/" + p.Key())
		},
	})
}
