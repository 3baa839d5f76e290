package detached

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// patience is how long a client waits for its answer before it goes.
const patience = 30 * time.Millisecond

// TestLoad: clients ask for a key and go when they have no answer in time. The
// database behind the server finds 100 keys a second.
func TestLoad(t *testing.T) {
	var inside atomic.Int64 // requests that wait for a slot or have one
	rig.Run(t, rig.Load{
		Resource: rig.Waiters,
		Waiters:  func() int { return int(inside.Load()) },
		Work:     rig.Work{Slots: 8, Takes: 80 * time.Millisecond},
		Rates:    []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			keys := NewServer(func(key string) (string, error) {
				return key, s.Work(t.Context()) // the database does not learn who has gone
			})
			srv := &http.Server{
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					inside.Add(1)
					defer inside.Add(-1)
					keys.ServeHTTP(w, r)
				}),
				ReadHeaderTimeout: 10 * time.Second,
			}
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
			if _, err := fmt.Fprintf(c, "GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", p.Key()); err != nil {
				return err
			}
			if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
				return err
			}
			answer, err := io.ReadAll(c)
			if err != nil || len(answer) < 12 || string(answer[9:12]) != "200" {
				return rig.ErrShed
			}
			return nil
		},
	})
}
