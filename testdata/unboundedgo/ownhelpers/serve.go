// Package ownhelpers is a server that has a file of helpers for the tests of
// its users beside it.
package ownhelpers

import "net"

// Serve is S01: the helpers beside it change nothing.
func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(c) // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}

func echo(c net.Conn) {
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
