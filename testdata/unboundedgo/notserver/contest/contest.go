// Package contest is no test, although its name ends in one.
package contest

import (
	"io"
	"log"
	"net"
)

// Serve is S01: a path element has to match as a whole.
func Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer conn.Close()
			if _, err := io.Copy(conn, conn); err != nil {
				log.Print(err)
			}
		}()
	}
}
