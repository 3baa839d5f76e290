package pathcounts

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 32

// TestLoad: clients ask for a path each, as scanners do, and are gone. None is
// served in the end: a path stays counted for as long as the server runs.
func TestLoad(t *testing.T) {
	var cur atomic.Pointer[Server]
	cur.Store(New())
	rig.Run(t, rig.Load{
		Resource: rig.Queue,
		Rates:    []float64{50, 200, 800},
		Queue:    func() int { return cur.Load().paths() },
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			counts := New()
			cur.Store(counts)
			srv := &http.Server{Handler: counts, ReadHeaderTimeout: 10 * time.Second}
			s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
			s.OnStop(func() { _ = srv.Close() }) // nothing to save
			return nil
		},
		Peer: func(p *rig.Peer) error {
			if err := p.Post("/" + p.Key()); err != nil {
				return err
			}
			p.Hold()
			return rig.ErrShed
		},
	})
}
