// Package wrongscope looks keys up for its clients and means to serve 64 of
// them at a time, but makes the slots anew for each.
package wrongscope

import (
	"bufio"
	"fmt"
	"net"
	"time"
)

// maxClients is how many clients are served at a time.
const maxClients = 64

// A Server answers the line a client sends with what Lookup finds for it.
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
		slots := make(chan struct{}, maxClients)
		slots <- struct{}{}
		go func() { // want `goroutine per connection accepted from ln: .*slots .*unboundedgo/wrong-scope`
			defer func() { <-slots }()
			s.serve(c)
		}()
	}
}

// serve answers one client.
func (s *Server) serve(c net.Conn) {
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return
	}
	line := bufio.NewScanner(c)
	if !line.Scan() {
		return
	}
	value, err := s.Lookup(line.Text())
	if err != nil {
		value = "error: " + err.Error()
	}
	_, _ = fmt.Fprintln(c, value) // the client has gone
}
