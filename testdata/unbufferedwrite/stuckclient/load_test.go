package stuckclient

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:timeout 5ms

// padding makes a message of half of what the kernel takes for a client that
// does not read: it is stuck with its third. One that reads has the kernel
// take a message at once.
var padding = strings.Repeat("x", 32<<10)

// small gives each connection a small buffer to send from.
type small struct{ net.Listener }

func (ln small) Accept() (net.Conn, error) {
	c, err := ln.Listener.Accept()
	if tc, ok := c.(*net.TCPConn); ok && err == nil {
		err = tc.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// talker is how many clients look in for one that says something.
const talker = 32

// TestLoad: most clients look in and go. Some say something and do not listen;
// one of these is enough. Honest ones wait until they hear what they have said.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{80, 200, 500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			s.Go(func() { _ = NewHub().Serve(small{ln}) }) // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			if !p.Honest() && p.N%talker > 0 {
				return rig.ErrShed
			}
			if _, err := fmt.Fprintln(c, p.Key()+padding); err != nil {
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
				if err != nil || strings.HasPrefix(line, p.Key()+"x") {
					return err
				}
			}
		},
	})
}
