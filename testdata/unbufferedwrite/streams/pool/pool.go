// Package pool has sessions whose streams have a window of their own.
package pool

import (
	"net"

	"github.com/hashicorp/yamux"
)

// A Conn has streams.
type Conn struct{ session *yamux.Session }

// AcceptStream accepts one.
func (c *Conn) AcceptStream() (net.Conn, error) { return c.session.Accept() }

// AcceptCounted accepts one that counts.
func (c *Conn) AcceptCounted() (net.Conn, error) {
	s, err := c.session.AcceptStream()
	if err != nil {
		return nil, err
	}
	return &counted{Stream: s}, nil
}

type counted struct {
	*yamux.Stream
	n int
}
