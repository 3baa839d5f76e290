// Package chat is family 1: an example.
package chat

import (
	"io"
	"log"
	"net"
)

// Serve is silent: examples are read, not run in production.
func Serve(ln net.Listener) error {
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
