package acceptloop

import (
	"bufio"
	"fmt"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: clients connect, ask for one key and wait for the value. The
// database behind the server finds 200 keys a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := &Server{Lookup: func(key string) (string, error) {
				return key, s.Work(t.Context())
			}}
			s.Go(func() { _ = srv.Serve(ln) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err = fmt.Fprintln(c, p.Key()); err == nil {
				_, err = bufio.NewReader(c).ReadString('\n')
			}
			if rig.Hungup(err) {
				return rig.ErrShed
			}
			return err
		},
	})
}
