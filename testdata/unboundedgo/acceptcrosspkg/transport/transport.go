// Package transport accepts connections for other packages.
package transport

import "net"

// A Listener wraps a socket.
type Listener struct {
	inner net.Listener
}

// Listen opens a socket.
func Listen(addr string) (*Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Listener{inner: ln}, nil
}

// Next waits for a connection.
func (l *Listener) Next() (*Conn, error) {
	c, err := l.inner.Accept()
	if err != nil {
		return nil, err
	}
	return &Conn{Conn: c}, nil
}

// A Conn is an accepted connection.
type Conn struct {
	net.Conn
	User string
}

// Each calls f with each connection, one after the other.
func (l *Listener) Each(f func(*Conn)) error {
	for {
		c, err := l.Next()
		if err != nil {
			return err
		}
		f(c)
	}
}

// A Limited listener has at most as many connections open as it has slots (I08).
type Limited struct {
	inner net.Listener
	slots chan struct{}
}

// Limit wraps a listener.
func Limit(ln net.Listener, n int) *Limited {
	return &Limited{inner: ln, slots: make(chan struct{}, n)}
}

// Accept waits for a slot, then for a connection whose Close frees the slot.
func (l *Limited) Accept() (net.Conn, error) {
	l.slots <- struct{}{}
	c, err := l.inner.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitedConn{Conn: c, slots: l.slots}, nil
}

// Close closes the socket.
func (l *Limited) Close() error { return l.inner.Close() }

// Addr is the socket's address.
func (l *Limited) Addr() net.Addr { return l.inner.Addr() }

type limitedConn struct {
	net.Conn
	slots chan struct{}
}

// Close frees the slot.
func (c *limitedConn) Close() error {
	<-c.slots
	return c.Conn.Close()
}
