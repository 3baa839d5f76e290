package hub

import (
	"bufio"
	"fmt"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: one listener is stuck. Honest clients and every fourth of the
// others want to know that their message has arrived.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			h := New()
			heard := h.Listen("honest")
			stuck := h.Listen("stuck")
			done := make(chan struct{})
			s.Go(func() {
				for {
					select {
					case <-heard:
					case <-done:
						return
					}
				}
			})
			s.OnStop(func() {
				close(done)
				for _, in := range []<-chan string{heard, stuck} {
					go func() { // ends with the process: a hub has no end
						for range in {
						}
					}()
				}
			})
			s.Go(func() { _ = h.Serve(ln) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := fmt.Fprintln(c, p.Key()); err != nil {
				return err
			}
			if p.N%4 != 0 && !p.Honest() {
				p.Hold()
				return rig.ErrShed // it never asks whether it has
			}
			_, err = bufio.NewReader(c).ReadString('\n')
			return err
		},
	})
}
