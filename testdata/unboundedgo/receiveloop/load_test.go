package receiveloop

import (
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: clients ask for one key each and wait for the value. The database
// behind the server finds 200 keys a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			pc, err := s.ListenPacket()
			if err != nil {
				return err
			}
			srv := &Server{Lookup: func(key string) (string, error) {
				return key, s.Work(t.Context())
			}}
			s.Go(func() { _ = srv.Serve(pc) }) // ends with the socket
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("udp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := c.Write([]byte(p.Key())); err != nil {
				return err
			}
			_, err = c.Read(make([]byte, 1500))
			return err
		},
	})
}
