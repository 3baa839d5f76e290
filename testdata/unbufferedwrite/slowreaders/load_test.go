package slowreaders

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 5ms

// rows is more than the kernel takes for a peer that does not read: on
// loopback that is some megabytes, less than a hundred kilobytes with the
// buffers of small.
var rows = strings.Repeat("x", 96<<10)

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
// read it. Honest ones do.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{80, 200, 500},
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
			if _, err := fmt.Fprintln(c, p.Key()); err != nil {
				return err
			}
			if !p.Honest() {
				p.Hold()
				return rig.ErrShed
			}
			if _, err := io.ReadFull(c, make([]byte, len(rows)+1)); rig.Hungup(err) {
				return rig.ErrShed
			} else if err != nil {
				return err
			}
			return nil
		},
	})
}
