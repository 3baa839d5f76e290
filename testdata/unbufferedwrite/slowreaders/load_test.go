package slowreaders

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// rows is more than the kernel takes for a peer that does not read: on
// loopback that is some megabytes, less with the buffers of small.
var rows = strings.Repeat("x", 1<<19)

// small gives each connection a small buffer to send from.
type small struct{ net.Listener }

func (ln small) Accept() (net.Conn, error) {
	c, err := ln.Listener.Accept()
	if tc, ok := c.(*net.TCPConn); ok && err == nil {
		err = tc.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestLoad: clients ask for more than the kernel holds for them, and do not
// read it.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{50, 150, 400},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			srv := &Server{Lookup: func(string) string { return rows }}
			s.Go(func() { _ = srv.Serve(small{ln}) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if tc, ok := c.(*net.TCPConn); ok {
				if err := tc.SetReadBuffer(4 << 10); err != nil {
					return err
				}
			}
			if _, err := fmt.Fprintln(c, p.Key()); err != nil {
				return err
			}
			p.Hold()
			return rig.ErrShed
		},
	})
}
