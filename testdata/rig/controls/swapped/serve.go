// Package swapped is a control of the measurement: it is labelled as growing and
// bounds its goroutines, and what is labelled as its fixes does not.
package swapped

import (
	"bufio"
	"fmt"
	"net"
)

// maxServe bounds the goroutines that serve.
const maxServe = 64

// Serve answers the connections that ln accepts until it is closed.
func Serve(ln net.Listener, lookup func(key string) string) error {
	sem := make(chan struct{}, maxServe)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			serve(c, lookup)
		}()
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
