// Package acceptloop looks keys up for its clients, a line for a line. It starts
// a goroutine for every connection that it accepts.
package acceptloop

import (
	"bufio"
	"fmt"
	"net"
	"time"
)

// A Server answers each line with what Lookup finds for it.
type Server struct {
	Lookup func(key string) (string, error)
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.serve(c) // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}

// serve answers one client.
func (s *Server) serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		value, err := s.Lookup(lines.Text())
		if err != nil {
			value = "error: " + err.Error()
		}
		if err := c.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
			return
		}
		if _, err := fmt.Fprintln(c, value); err != nil {
			return
		}
	}
}
