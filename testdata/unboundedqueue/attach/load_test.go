package attach

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 262144

// size is how much output a program has, in bytes.
const size = 16 << 10

// TestLoad: programs have more output than the client reads.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     size,
		Work:     rig.Work{Slots: 1, Takes: 10 * time.Millisecond},
		Rates:    []float64{50, 500, 1500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			b := New()
			s.Go(func() { _ = Collect(ln, b) }) // ends with the listener
			s.Go(func() {
				p := make([]byte, size)
				for {
					if _, err := io.ReadFull(b, p); err != nil {
						return
					}
					_ = s.Work(t.Context()) // ends with the stage
				}
			})
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := c.Write(make([]byte, size)); err != nil {
				return err
			}
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				return err
			}
			_, err = io.ReadFull(c, make([]byte, 3))
			if rig.Hungup(err) {
				return rig.ErrShed
			}
			return err
		},
	})
}
