package idleclients

import (
	"io"
	"net"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 5ms

// TestLoad: clients connect and ask nothing. Honest ones ask, and go with their
// answer.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{80, 200, 500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := NewServer(func(question []byte) []byte { return question })
			s.Go(func() { _ = srv.Serve(t.Context(), ln) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if p.Honest() {
				return ask(c)
			}
			p.Hold()
			return rig.ErrShed
		},
	})
}

// ask asks one question.
func ask(c net.Conn) error {
	if _, err := io.WriteString(c, "question"); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, question))
	if rig.Hungup(err) {
		return rig.ErrShed
	}
	return err
}
