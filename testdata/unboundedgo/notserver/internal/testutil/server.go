// Package testutil is family 1: servers for tests.
package testutil

import (
	"io"
	"log"
	"net"
)

// Echo is silent: the path says that this helps tests.
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
