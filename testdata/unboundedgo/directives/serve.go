// Package directives answers findings with comments.
package directives

import (
	"io"
	"net"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Limited is called with a listener that the importing program limits.
//
//backpressure:bounded 64 the program passes a limited listener
func Limited(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// Ignored has a finding that its authors know of.
func Ignored(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		//backpressure:ignore unboundedgo/accept-loop two operators use this port
		go echo(conn)
	}
}

// IgnoredOther ignores another kind, which leaves this one.
func IgnoredOther(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		//backpressure:ignore unboundedgo/handler no handler here
		go echo(conn) // want `unboundedgo/accept-loop`
	}
}

// NoLint is golangci-lint's form.
func NoLint(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) //nolint:unboundedgo // behind a proxy that limits
	}
}
