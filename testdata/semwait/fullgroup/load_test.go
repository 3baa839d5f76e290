package fullgroup

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

// TestLoad: clients order something and go when they have no answer in time.
// The warehouse can be told about 100 orders a second.
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
			orders := NewServer(func(string) error {
				return s.Work(t.Context()) // the warehouse does not learn who has gone
			})
			srv := &http.Server{
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					inside.Add(1)
					defer inside.Add(-1)
					orders.ServeHTTP(w, r)
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
			if err != nil || len(answer) < 12 || string(answer[9:12]) != "202" {
				return rig.ErrShed
			}
			return nil
		},
	})
}
