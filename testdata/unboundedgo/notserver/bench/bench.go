// Package bench is family 1: a load generator's own server.
package bench

import (
	"io"
	"log"
	"net"
)

// Echo is silent: bench code serves its own load.
func Echo(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			if _, err := io.Copy(conn, conn); err != nil {
				log.Print(err)
			}
		}()
	}
}
