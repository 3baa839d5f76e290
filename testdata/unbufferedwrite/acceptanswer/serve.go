// Package acceptanswer refuses clients above its limit from the loop that
// accepts them.
package acceptanswer

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

const most = 100

// A Server has a limit.
type Server struct{ open atomic.Int64 }

// Serve refuses with a word, and waits for whoever does not take it.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if s.open.Add(1) > most {
			s.open.Add(-1)
			refuse(c) // want `write to c in the loop that accepts: one peer that does not read keeps all others out, no write deadline ends it`
			c.Close()
			continue
		}
		go s.serve(c)
	}
}

// ServeOne serves one at a time, and says when it is done with one.
func (s *Server) ServeOne(ln net.Listener, b io.Writer) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if _, err := io.Copy(b, c); err == nil {
			_, _ = io.WriteString(c, "done\n") // want `write to c in the loop that accepts`
		}
		c.Close()
	}
}

// ServeTimed gives the word a second.
func (s *Server) ServeTimed(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if s.open.Add(1) > most {
			s.open.Add(-1)
			c.SetWriteDeadline(time.Now().Add(time.Second))
			refuse(c)
			c.Close()
			continue
		}
		go s.serve(c)
	}
}

func refuse(w io.Writer) { io.WriteString(w, "busy\n") }

// serve says one thing to a fresh connection: the kernel takes it.
func (s *Server) serve(c net.Conn) {
	defer s.open.Add(-1)
	defer c.Close()
	c.SetWriteDeadline(time.Now().Add(time.Minute))
	io.WriteString(c, "hello\n")
}
