package eventbus

import (
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 8

// size is how long an event is, in bytes.
const size = 48 << 10

// TestLoad: events come faster than the subscriber takes them.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     size,
		Work:     rig.Work{Slots: 1, Takes: 10 * time.Millisecond},
		Rates:    []float64{50, 500, 1500},
		Start: func(s *rig.System) error {
			pc, err := s.ListenPacket()
			if err != nil {
				return err
			}
			in, out := make(chan Event), make(chan Event)
			s.Go(func() { _ = Listen(pc, in) }) // ends with the socket
			s.Go(func() { Pump(in, out) })
			s.Go(func() {
				for e := range out {
					_ = s.Work(t.Context()) // ends with the stage
					_ = e
				}
			})
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("udp")
			if err != nil {
				return err
			}
			defer c.Close()
			_, err = c.Write(make([]byte, size))
			return err
		},
	})
}
