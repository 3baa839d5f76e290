// Package limitlistener holds accept loops over listeners that hold
// connections back themselves (I08).
package limitlistener

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/net/netutil"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// ListenAndServe is I08: LimitListener wraps in the function that accepts.
func ListenAndServe(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ln = netutil.LimitListener(ln, 1000)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// A Server keeps its limited listener in a field.
type Server struct {
	ln net.Listener
}

// NewServer is where the limit is, Serve has none of its own.
func NewServer(addr string, limit int) (*Server, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Server{ln: netutil.LimitListener(ln, limit)}, nil
}

// Serve is I08: the field's only store is a limited listener.
func (s *Server) Serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// Run is I08: the caller wraps, the loop is in a helper.
func Run(addr string, limit int) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return acceptAll(netutil.LimitListener(ln, limit))
}

func acceptAll(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// RunOptional is I08: a limit is there, whether it is on is the operator's choice.
func RunOptional(ln net.Listener, limit int) error {
	if limit > 0 {
		ln = netutil.LimitListener(ln, limit)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// A semListener is a limiting listener of the project's own: Accept takes the
// slot, the connection's Close frees it.
type semListener struct {
	net.Listener
	slots chan struct{}
}

func limit(ln net.Listener, n int) net.Listener {
	return &semListener{Listener: ln, slots: make(chan struct{}, n)}
}

// Accept waits for a slot and then for a connection.
func (l *semListener) Accept() (net.Conn, error) {
	l.slots <- struct{}{}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &slotConn{Conn: conn, free: func() { <-l.slots }}, nil
}

type slotConn struct {
	net.Conn
	once sync.Once
	free func()
}

// Close frees the slot once.
func (c *slotConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.free)
	return err
}

// RunOwn is I08 with the project's listener type.
func RunOwn(addr string) error {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ln := limit(inner, 128)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// RunConcrete is I08 with the listener's concrete type.
func RunConcrete(inner net.Listener) error {
	ln := &semListener{Listener: inner, slots: make(chan struct{}, 128)}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// A refusingListener closes what comes above its maximum instead of waiting.
type refusingListener struct {
	net.Listener
	max    int64
	active atomic.Int64
}

// Accept refuses connections until there is room for one.
func (l *refusingListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.active.Add(1) > l.max {
			l.active.Add(-1)
			conn.Close()
			continue
		}
		return &countedConn{Conn: conn, active: &l.active}, nil
	}
}

type countedConn struct {
	net.Conn
	once   sync.Once
	active *atomic.Int64
}

// Close takes the connection off the count.
func (c *countedConn) Close() error {
	c.once.Do(func() { c.active.Add(-1) })
	return c.Conn.Close()
}

// RunRefusing is I06 inside I08: a counter that rejects in Accept.
func RunRefusing(inner net.Listener) error {
	ln := &refusingListener{Listener: inner, max: 500}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// A ctxConn has a context that ends with the connection.
type ctxConn interface {
	net.Conn
	Context() context.Context
}

type ctxListener interface {
	Accept() (ctxConn, error)
	Close() error
}

// A watchedListener frees the slot when the connection's context ends.
type watchedListener struct {
	ctxListener
	slots chan struct{}
}

// Accept is I08: the watcher goroutine exists only while its slot is taken.
func (l *watchedListener) Accept() (ctxConn, error) {
	for {
		conn, err := l.ctxListener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.slots <- struct{}{}:
			go func() {
				<-conn.Context().Done()
				<-l.slots
			}()
			return conn, nil
		default:
			conn.Close()
		}
	}
}

// RunWatched is I08: the slot is released by the watcher on the connection's context.
func RunWatched(inner ctxListener) error {
	ln := &watchedListener{ctxListener: inner, slots: make(chan struct{}, 200)}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}
