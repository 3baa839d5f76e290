// Package endlessline serves a protocol of lines.
package endlessline

import (
	"bufio"
	"net"
)

// Serve serves clients until ln is closed.
func Serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			_ = echo(c)
		}()
	}
}

func echo(c net.Conn) error {
	r := bufio.NewReader(c)
	for {
		l, err := r.ReadString('\n') // want `line read from the connection: the peer decides how long it is, nothing limits it \(unboundedread/line\)`
		if err != nil {
			return err
		}
		if _, err := c.Write([]byte(l)); err != nil {
			return err
		}
	}
}
