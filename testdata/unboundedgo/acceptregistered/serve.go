// Package acceptregistered enters each connection into a set of another
// package before it serves it.
package acceptregistered

import (
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/acceptregistered/registry"
)

type server struct {
	open   registry.Set
	capped registry.Capped
}

// run is S01: the set takes any number, whatever the name of its method is.
func (s *server) run(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if !s.open.Add(c) {
			c.Close()
			return nil
		}
		go s.serve(c) // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}

// runCapped is I07 in another package: the set refuses what is too many.
func (s *server) runCapped(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if !s.capped.Add(c) {
			c.Close()
			continue
		}
		go s.serve(c)
	}
}

func (s *server) serve(c net.Conn) {
	defer s.open.Remove(c)
	defer s.capped.Remove(c)
	defer c.Close()
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}
