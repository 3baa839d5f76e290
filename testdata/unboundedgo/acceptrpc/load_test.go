package acceptrpc

import (
	"context"
	"net/rpc"
	"net/rpc/jsonrpc"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// Keys is the service.
type Keys struct{ s *rig.System }

// Find finds one key.
func (k *Keys) Find(key string, value *string) error {
	*value = key
	return k.s.Work(context.Background())
}

// TestLoad: clients connect and call one method. The database behind it finds
// 200 keys a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			registry := rpc.NewServer()
			if err := registry.Register(&Keys{s}); err != nil {
				return err
			}
			s.Go(func() { _ = Serve(ln, registry) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			client := jsonrpc.NewClient(c)
			defer client.Close()
			var value string
			err = client.Call("Keys.Find", p.Key(), &value)
			if rig.Hungup(err) {
				return rig.ErrShed
			}
			return err
		},
	})
}
