package goneclients

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// patience is how long a client waits for its answer before it goes.
const patience = 50 * time.Millisecond

// TestLoad: clients ask for a key and go when they have no answer in time. The
// database behind the server finds 200 keys a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 600, 2000},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := &http.Server{
				Handler: NewServer(func(key string) (string, error) {
					return key, s.Work(t.Context()) // the database does not learn who has gone
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
