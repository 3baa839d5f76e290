package echo

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 5ms

// line is what a client says.
var line = strings.Repeat("x", 4<<10-2) + "\n"

// lines are more than the kernel takes for a client that does not read, with
// the buffers of small.
const lines = 24

// small gives each connection a small buffer to send from.
type small struct{ net.Listener }

func (ln small) Accept() (net.Conn, error) {
	c, err := ln.Listener.Accept()
	if tc, ok := c.(*net.TCPConn); ok && err == nil {
		err = tc.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestLoad: clients send and do not read what comes back. Honest ones read
// their first line, and go.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{80, 200, 500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			s.Go(func() { _ = Serve(small{ln}) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if p.Honest() {
				if _, err := io.WriteString(c, line); err != nil {
					return err
				}
				_, err := io.ReadFull(c, make([]byte, len(line)))
				if rig.Hungup(err) {
					return rig.ErrShed
				}
				return err
			}
			if _, err := io.WriteString(c, strings.Repeat(line, lines)); err != nil && !rig.Hungup(err) {
				return err
			}
			p.Hold()
			return rig.ErrShed
		},
	})
}
