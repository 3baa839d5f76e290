package stuck

import (
	"bufio"
	"fmt"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad offers half of the usual load in less than half of the usual time.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 2000, 4000},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			s.Go(func() {
				_ = Serve(ln, func(key string) string { // ends with the listener
					_ = s.Work(t.Context()) // ends with the stage
					return key
				})
			})
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
