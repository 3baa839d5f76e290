// Package acceptpair starts several goroutines for each connection: one
// finding, at the first.
package acceptpair

import (
	"io"
	"net"
	"time"
)

type server struct {
	ln   net.Listener
	kept chan struct{}
}

// run is S01 once: a slot for the connection is a slot for all three.
func (s *server) run() error {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		out := make(chan []byte, 16)
		go s.read(c, out) // want `goroutine per connection accepted from s.ln: .*unboundedgo/accept-loop`
		go s.write(c, out)
		go s.keepAlive(c)
	}
}

// either is S01 twice: no connection starts both.
func (s *server) either(plain func(net.Conn) bool) error {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if plain(c) {
			go s.echo(c) // want `goroutine per connection accepted from s.ln: .*unboundedgo/accept-loop`
		} else {
			go s.drain(c) // want `goroutine per connection accepted from s.ln: .*unboundedgo/accept-loop`
		}
	}
}

func (s *server) echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}

func (s *server) drain(c net.Conn) {
	defer c.Close()
	io.Copy(io.Discard, c)
}

func (s *server) read(c net.Conn, out chan<- []byte) {
	defer close(out)
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		out <- append([]byte(nil), buf[:n]...)
	}
}

func (s *server) write(c net.Conn, out <-chan []byte) {
	defer c.Close()
	for b := range out {
		if _, err := c.Write(b); err != nil {
			return
		}
	}
}

func (s *server) keepAlive(c net.Conn) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if _, err := c.Write([]byte{0}); err != nil {
				return
			}
		case <-s.kept:
			return
		}
	}
}
