// Package lateacquire looks keys up for its clients in a database that has 50
// connections. It starts a goroutine for every client, and the goroutine waits
// for one of the 50.
package lateacquire

import (
	"bufio"
	"fmt"
	"net"
	"time"
)

// poolSize is how many connections to the database there are.
const poolSize = 50

// A Server answers the line a client sends with what lookup finds for it.
type Server struct {
	lookup func(key string) (string, error)
	sem    chan struct{}
}

// NewServer returns a Server that looks keys up with lookup.
func NewServer(lookup func(key string) (string, error)) *Server {
	return &Server{lookup: lookup, sem: make(chan struct{}, poolSize)}
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `goroutine per connection accepted from ln waits for s.sem after it is started: .*unboundedgo/late-acquire`
			s.sem <- struct{}{}
			defer func() { <-s.sem }()
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
	value, err := s.lookup(line.Text())
	if err != nil {
		value = "error: " + err.Error()
	}
	_, _ = fmt.Fprintln(c, value) // the client has gone
}
