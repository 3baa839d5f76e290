package bigprefix

import (
	"encoding/binary"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// The limit of the fix is tuned down, so that few bytes make the proof:
//
//bpbench:limit 65536

// declared is the length that a client declares.
const declared = 4 << 20

// TestLoad: clients declare frames of a gigabyte's kind and send none of them. What
// is declared is made smaller here, and the limit with it.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     declared,
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
			return p.Pour(binary.BigEndian.AppendUint32(nil, declared))
		},
	})
}
