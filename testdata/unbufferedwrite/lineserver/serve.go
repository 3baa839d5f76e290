// Package lineserver looks keys up for its clients, a line for a line, and
// waits for those that do not read their answers.
package lineserver

import (
	"bufio"
	"fmt"
	"net"
)

// A Server answers each line with what Lookup finds for it.
type Server struct {
	Lookup func(key string) string
	Conns  chan struct{}
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.Conns <- struct{}{}
		go func() {
			defer func() { <-s.Conns }()
			s.serve(c)
		}()
	}
}

// serve answers one client.
func (s *Server) serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := fmt.Fprintln(c, s.Lookup(lines.Text())); err != nil { // want `write to c per line: a peer that does not read holds the goroutine of its connection, no write deadline ends it \(unbufferedwrite/no-deadline\)`
			return
		}
	}
}
