// Package heartbeat gives news a deadline, and what it says when there is none
// does without.
package heartbeat

import (
	"io"
	"net"
	"time"
)

// writeTimeout is how long a client may take to read some news.
const writeTimeout = 5 * time.Millisecond

// A Server has news at times, and a state always.
type Server struct {
	News  <-chan string
	State func() string
	Every time.Duration
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.pump(c)
	}
}

// pump tells one client.
func (s *Server) pump(c net.Conn) {
	defer c.Close()
	t := time.NewTicker(s.Every)
	defer t.Stop()
	for {
		select {
		case text := <-s.News:
			c.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		case <-t.C:
			if _, err := io.WriteString(c, s.State()); err != nil { // want `write to c without the write deadline that its sibling in pump sets: .*unbufferedwrite/sibling`
				return
			}
		}
	}
}
