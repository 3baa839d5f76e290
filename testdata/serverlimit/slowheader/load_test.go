package slowheader

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 20ms

// TestLoad: clients connect, send the first line of a request and nothing
// more. The server may hang up on them.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{100, 400, 1600},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hello") })
			s.Go(func() { _ = Serve(ln, h) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err = fmt.Fprint(c, "GET / HTTP/1.1\r\n"); err != nil {
				return err
			}
			_, err = c.Read(make([]byte, 1))
			if rig.Hungup(err) {
				return rig.ErrShed
			}
			return err
		},
	})
}
