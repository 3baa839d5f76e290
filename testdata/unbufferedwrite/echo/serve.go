// Package echo sends back what it is sent, to clients that read it and to those
// that do not.
package echo

import (
	"bufio"
	"net"
)

// Serve accepts connections until ln is closed.
func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(c)
	}
}

// echo sends each line back.
func echo(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if _, err := c.Write(line); err != nil { // want `write to c per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}
