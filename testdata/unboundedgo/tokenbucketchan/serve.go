// Package tokenbucketchan holds pre-filled token channels: a receive takes the
// slot, a send gives it back (I02).
package tokenbucketchan

import (
	"context"
	"io"
	"net"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I02: tokens are made once, a receive waits for a free one.
func Serve(ln net.Listener, limit int) error {
	tokens := make(chan struct{}, limit)
	for range limit {
		tokens <- struct{}{}
	}
	for {
		<-tokens
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { tokens <- struct{}{} }()
			echo(conn)
		}()
	}
}

// A Pool owns numbered tokens, filled by its constructor.
type Pool struct {
	free chan int
}

// NewPool makes n tokens.
func NewPool(n int) *Pool {
	p := &Pool{free: make(chan int, n)}
	for i := 0; i < n; i++ {
		p.free <- i
	}
	return p
}

// Serve is I02: the fill loop is in the constructor, the token has a value.
func (p *Pool) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		id := <-p.free
		go p.run(id, conn)
	}
}

func (p *Pool) run(id int, conn net.Conn) {
	defer func() { p.free <- id }()
	echo(conn)
}

// ServeContext is I02 with a wait that the context ends.
func (p *Pool) ServeContext(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case id := <-p.free:
			go p.run(id, conn)
		case <-ctx.Done():
			conn.Close()
			return ctx.Err()
		}
	}
}

// ServeBuffers is I02: the tokens are the buffers; none free means the datagram is dropped.
func ServeBuffers(pc net.PacketConn, relay func([]byte, net.Addr)) error {
	bufs := make(chan []byte, 32)
	for range cap(bufs) {
		bufs <- make([]byte, 1500)
	}
	scratch := make([]byte, 1500)
	for {
		n, addr, err := pc.ReadFrom(scratch)
		if err != nil {
			return err
		}
		select {
		case b := <-bufs:
			copy(b, scratch[:n])
			go func() {
				relay(b[:n], addr)
				bufs <- b
			}()
		default:
		}
	}
}

// ServeGet is I02 behind methods with other names.
func (p *Pool) ServeGet(ln net.Listener) error {
	for {
		id := p.get()
		conn, err := ln.Accept()
		if err != nil {
			p.put(id)
			return err
		}
		go func() {
			defer p.put(id)
			echo(conn)
		}()
	}
}

func (p *Pool) get() int   { return <-p.free }
func (p *Pool) put(id int) { p.free <- id }
