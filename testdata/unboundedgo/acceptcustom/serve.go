// Package acceptcustom holds accept loops over listeners, sessions and
// iterators of the project's own.
package acceptcustom

import (
	"context"
	"errors"
	"io"
	"iter"
	"net"
	"sync"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// A Transport accepts connections of any kind.
type Transport interface {
	Accept() (net.Conn, error)
	Close() error
}

// ServeTransport is S01: Accept of an interface of ours, result is a net.Conn.
func ServeTransport(t Transport) error {
	for {
		conn, err := t.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// A Session is a multiplexed connection.
type Session interface {
	AcceptStream(ctx context.Context) (Stream, error)
	Close() error
}

// A Stream is one of a session's streams.
type Stream interface {
	io.ReadWriteCloser
	ID() uint64
}

// A SessionListener accepts sessions.
type SessionListener interface {
	Accept(ctx context.Context) (Session, error)
}

// ServeSessions is S01 twice: sessions, and streams inside each.
func ServeSessions(ctx context.Context, ln SessionListener) error {
	for {
		sess, err := ln.Accept(ctx)
		if err != nil {
			return err
		}
		go serveSession(ctx, sess) // want `goroutine per session accepted from .*unboundedgo/accept-loop`
	}
}

func serveSession(ctx context.Context, sess Session) {
	defer sess.Close()
	for {
		st, err := sess.AcceptStream(ctx)
		if err != nil {
			return
		}
		go func() { // want `goroutine per stream accepted from .*unboundedgo/accept-loop`
			defer st.Close()
			io.Copy(st, st)
		}()
	}
}

// A tracer wraps a listener and logs; the wrapper limits nothing.
type tracer struct {
	net.Listener
	accepted func(net.Addr)
}

// Accept passes each connection on.
func (t tracer) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err == nil {
		t.accepted(conn.RemoteAddr())
	}
	return conn, err
}

// ServeTraced is S01: a wrapper with an Accept of its own that admits everybody.
func ServeTraced(ln net.Listener, accepted func(net.Addr)) error {
	tl := tracer{Listener: ln, accepted: accepted}
	for {
		conn, err := tl.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// A promoted listener has Accept from its embedded field.
type promoted struct {
	*net.TCPListener
	name string
}

// ServePromoted is S01 through the promoted method.
func ServePromoted(p promoted) error {
	for {
		conn, err := p.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

type connAlias = net.Conn

// ServeAlias is S01 with an alias as the goroutine's parameter type.
func ServeAlias(ln net.Listener) error {
	for {
		var c connAlias
		var err error
		if c, err = ln.Accept(); err != nil {
			return err
		}
		go func(c connAlias) { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			echo(c)
		}(c)
	}
}

// A Server serves connections wrapped as T.
type Server[T io.Closer] struct {
	ln   net.Listener
	wrap func(net.Conn) T
	wg   sync.WaitGroup
}

// Serve is S01 in a generic type.
func (s *Server[T]) Serve(handle func(T)) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.wg.Add(1)
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer s.wg.Done()
			handle(s.wrap(conn))
		}()
	}
}

// Start instantiates the generic server.
func Start(ln net.Listener) error {
	s := &Server[net.Conn]{ln: ln, wrap: func(c net.Conn) net.Conn { return c }}
	return s.Serve(echo)
}

// An acceptor yields what Accept returns, for a type parameter's listener.
type acceptor[C any] interface {
	Accept() (C, error)
}

// ServeGeneric is S01: listener and connection are type parameters; net.Conn is one instance.
func ServeGeneric[C net.Conn, L acceptor[C]](ln L) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// connections yields what ln accepts until it fails.
func connections(ln net.Listener) iter.Seq[net.Conn] {
	return func(yield func(net.Conn) bool) {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			if !yield(conn) {
				conn.Close()
				return
			}
		}
	}
}

// ServeIterator is S01: the loop is a range over an iterator function.
func ServeIterator(ln net.Listener) {
	for conn := range connections(ln) {
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeIteratorWait is S01: the join comes after the loop.
func ServeIteratorWait(ln net.Listener) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for conn := range connections(ln) {
		wg.Go(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// A backlog is a listener without sockets: streams of a tunnel arrive on its channel.
type backlog struct {
	arrived chan net.Conn
	done    chan struct{}
}

// Accept hands out the next arrival.
func (b *backlog) Accept() (net.Conn, error) {
	select {
	case conn := <-b.arrived:
		return conn, nil
	case <-b.done:
		return nil, net.ErrClosed
	}
}

// Close stops Accept.
func (b *backlog) Close() error { close(b.done); return nil }

// ServeBacklog is S01: the backlog has a capacity, the accepted ones have no limit.
func ServeBacklog(size int) error {
	b := &backlog{arrived: make(chan net.Conn, size), done: make(chan struct{})}
	for {
		conn, err := b.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}
