// Package slowreaders sends each client the rows that it asks for, and waits
// for those that do not take them.
package slowreaders

import (
	"bufio"
	"fmt"
	"net"
)

// A Server answers each line with what Lookup finds for it.
type Server struct {
	Lookup func(key string) string
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.serve(c)
	}
}

// serve answers one client.
func (s *Server) serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := fmt.Fprintln(c, s.Lookup(lines.Text())); err != nil { // want `write to c per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}
