package topk

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 16

// asked is how many entries clients ask for: 2 MiB, when there are two.
const asked = 1 << 17

// TestLoad: clients ask for many more entries than there are. The index looks
// through 20 queries a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     asked * 16,
		Work:     rig.Work{Slots: 1, Takes: 50 * time.Millisecond},
		Rates:    []float64{10, 60, 150},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			mux := http.NewServeMux()
			mux.Handle("GET /top/{k}", &Server{Next: func(ctx context.Context) (Hit, bool) {
				_ = s.Work(ctx) // ends with the client
				return Hit{}, false
			}})
			srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
			s.OnStop(func() { _ = srv.Close() }) // nothing to save
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := fmt.Fprintf(c, "GET /top/%d HTTP/1.1\r\nHost: top\r\nConnection: close\r\n\r\n", asked); err != nil {
				return err
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				return err
			}
			return res.Body.Close()
		},
	})
}
