// Package stuck is a control of the measurement: it grows, and what is labelled
// as its fixes holds for the wrong reasons.
package stuck

import (
	"bufio"
	"fmt"
	"net"
)

// Serve answers the connections that ln accepts until it is closed.
func Serve(ln net.Listener, lookup func(key string) string) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serve(c, lookup)
	}
}

// serve answers one client.
func serve(c net.Conn, lookup func(key string) string) {
	defer c.Close()
	line := bufio.NewScanner(c)
	if line.Scan() {
		_, _ = fmt.Fprintln(c, lookup(line.Text())) // the client has gone
	}
}
