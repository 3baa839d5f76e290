// Package bounded has limits that comments declare, here and in another package.
package bounded

import (
	"io"
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/bounded/pool"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

func callee(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		pool.Go(func() { echo(conn) })
	}
}

func open(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		pool.Open(func() { echo(conn) }) // want `unboundedgo/accept-loop`
	}
}

func result() error {
	ln, err := pool.Listen()
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

func field(g *pool.Gate) error {
	for {
		conn, err := g.Limited.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

func plain(g *pool.Gate) error {
	for {
		conn, err := g.Plain.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `unboundedgo/accept-loop`
	}
}

func port(p *pool.Port) error {
	for {
		conn, err := p.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

type server struct {
	//backpressure:bounded 16 wrapped by whoever sets it
	ln net.Listener
	// open has no such comment.
	open net.Listener
}

func (s *server) own() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

func (s *server) other() error {
	for {
		conn, err := s.open.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `unboundedgo/accept-loop`
	}
}

func param(
	//backpressure:bounded 16 the program passes a limited listener
	ln net.Listener,
) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// caller is limited, and so is what it calls for each connection.
//
//backpressure:bounded 16 the program passes a limited listener
func caller(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		handle(conn)
	}
}

func handle(conn net.Conn) { go echo(conn) }
