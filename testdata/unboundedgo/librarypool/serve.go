// Package librarypool holds pools of libraries, with and without a limit.
package librarypool

import (
	"io"
	"net"

	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/pool"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// ServeAnts is I05: the pool has a size, Submit waits for a worker.
func ServeAnts(ln net.Listener, size int) error {
	p, err := ants.NewPool(size)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := p.Submit(func() { echo(conn) }); err != nil {
			conn.Close()
		}
	}
}

// ServeAntsConst is I05 with a constant size.
func ServeAntsConst(ln net.Listener) error {
	p, err := ants.NewPool(1000, ants.WithNonblocking(true))
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if p.Submit(func() { echo(conn) }) != nil {
			conn.Close()
		}
	}
}

// ServeAntsUnlimited is S08: a negative size means no limit.
func ServeAntsUnlimited(ln net.Listener) error {
	p, err := ants.NewPool(-1)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := p.Submit(func() { echo(conn) }); err != nil { // want `unboundedgo/(accept-loop|wrong-scope)`
			conn.Close()
		}
	}
}

// ServeConc is S07: conc's WaitGroup has no limit.
func ServeConc(ln net.Listener) error {
	var wg conc.WaitGroup
	defer wg.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		wg.Go(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeConcPool is S07: a pool without a maximum.
func ServeConcPool(ln net.Listener) error {
	p := pool.New()
	defer p.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.Go(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeConcMax is I04: the pool has a maximum.
func ServeConcMax(ln net.Listener) error {
	p := pool.New().WithMaxGoroutines(100)
	defer p.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.Go(func() { echo(conn) })
	}
}

// A Server has its pool in a field.
type Server struct {
	pool *ants.Pool
}

// NewServer sets the pool's size.
func NewServer(size int) (*Server, error) {
	p, err := ants.NewPool(size)
	if err != nil {
		return nil, err
	}
	return &Server{pool: p}, nil
}

// Serve is I05: the pool was made with a size in the constructor.
func (s *Server) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := s.pool.Submit(func() { echo(conn) }); err != nil {
			conn.Close()
		}
	}
}
