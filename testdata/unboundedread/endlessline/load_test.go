package endlessline

import (
	"bytes"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// The limit of the fix is tuned down, so that few bytes make the proof:
//
//bpbench:limit 1024

// sent is how much of its line a client sends.
const sent = 1 << 20

// TestLoad: clients send a line that does not end.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     sent,
		Rates:    []float64{10, 30, 80},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			s.Go(func() { Serve(ln) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			return p.Pour(bytes.Repeat([]byte("x"), sent))
		},
	})
}
