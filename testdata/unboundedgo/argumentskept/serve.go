// Package argumentskept starts goroutines with arguments that are evaluated
// before the goroutine runs, and must still be when a fix wraps the call.
package argumentskept

import (
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A Server has a handler that may be replaced while it runs.
type Server struct {
	handler func(net.Conn)
	backend backend
	seq     atomic.Int64
}

type backend struct{ addr string }

func (b backend) serve(c net.Conn) { io.Copy(c, io.LimitReader(c, int64(len(b.addr)))) }

// Assert panics in the loop, not in the goroutine.
func Assert(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go handshake(conn.(*tls.Conn), time.Second) // want `unboundedgo/accept-loop`
	}
}

func handshake(c *tls.Conn, wait time.Duration) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(wait))
	io.Copy(c, c)
}

// Number counts in the loop.
func (s *Server) Number(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.numbered(s.seq.Add(1), conn) // want `unboundedgo/accept-loop`
	}
}

func (s *Server) numbered(n int64, c net.Conn) { io.CopyN(c, c, n) }

// Handler is read when the goroutine is started.
func (s *Server) Handler(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.handler(conn) // want `unboundedgo/accept-loop`
	}
}

// Backend is copied when the goroutine is started.
func (s *Server) Backend(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.backend.serve(conn) // want `unboundedgo/accept-loop`
	}
}

// Outer has one variable for all rounds.
func Outer(ln net.Listener) (err error) {
	var conn net.Conn
	for {
		conn, err = ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `unboundedgo/accept-loop`
	}
}

func echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}

// Long spreads the call over lines.
func (s *Server) Long(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		// Nobody waits for it.
		go s.numbered( // want `unboundedgo/accept-loop`
			1<<20, // bytes
			conn,
		)
	}
}

// OneLine has its body in one line.
func OneLine(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { echo(conn); conn.Close() }() // want `unboundedgo/accept-loop`
	}
}
