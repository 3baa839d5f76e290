package slowevents

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 5ms

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

// TestLoad: clients ask for the stream and do not read it. Honest ones read
// the first event, and go.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Unit:  2, // net/http has a goroutine that writes and one that reads
		Rates: []float64{80, 200, 500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			f := &Feed{State: func() string { return state }, Every: time.Millisecond}
			s.Go(func() { _ = f.Serve(small{ln}) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if _, err := fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: feed\r\n\r\n"); err != nil {
				return err
			}
			if !p.Honest() {
				p.Hold()
				return rig.ErrShed
			}
			lines := bufio.NewReader(c)
			for {
				line, err := lines.ReadString('\n')
				if rig.Hungup(err) {
					return rig.ErrShed
				}
				if err != nil || strings.HasPrefix(line, "data: ") {
					return err
				}
			}
		},
	})
}
