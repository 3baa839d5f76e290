package heartbeat

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// state is more than the kernel takes for a client that does not read, with
// the buffers of small.
var state = strings.Repeat("x", 96<<10)

// small gives each connection a small buffer to send from.
type small struct{ net.Listener }

func (ln small) Accept() (net.Conn, error) {
	c, err := ln.Listener.Accept()
	if tc, ok := c.(*net.TCPConn); ok && err == nil {
		err = tc.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestLoad: there are no news, and clients do not read the state. Honest ones
// read it once, and go.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{80, 200, 500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := &Server{State: func() string { return state }, Every: 5 * time.Millisecond}
			s.Go(func() { _ = srv.Serve(small{ln}) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if !p.Honest() {
				p.Hold()
				return rig.ErrShed
			}
			_, err = io.ReadFull(c, make([]byte, 1024))
			if rig.Hungup(err) {
				return rig.ErrShed
			}
			return err
		},
	})
}
