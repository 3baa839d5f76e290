package leakyslot

import (
	"bufio"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: honest clients and every fourth of the others name a picture. The
// requests of the rest are to be refused, at once.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := &http.Server{
				Handler:           NewServer(func(name string) string { return name }),
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
			name := ""
			if p.N%4 == 0 || p.Honest() {
				name = p.Key()
			}
			if _, err := fmt.Fprintf(c, "GET /?name=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", name); err != nil {
				return err
			}
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				return err
			}
			if err := resp.Body.Close(); err != nil {
				return err
			}
			if resp.StatusCode != http.StatusOK {
				return rig.ErrShed
			}
			return nil
		},
	})
}
