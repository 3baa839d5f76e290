// Package used has directives that silence findings.
package used

import (
	"io"
	"net"
	"os"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Line has it at the end of the line.
func Line(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) //backpressure:ignore unboundedgo a unix socket
	}
}

// Decl has it above the declaration.
//
//backpressure:ignore unboundedgo/accept-loop a unix socket
func Decl(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// Lint and the next have those of other tools.
func Lint(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		//lint:ignore backpressure a unix socket
		go echo(conn)
	}
}

func NoLint(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) //nolint:backpressure // a unix socket
	}
}

// Strict answers what is found by -strict alone.
func Strict(names []string) {
	for _, name := range names {
		//backpressure:ignore unboundedgo/fan-out few names
		go func() { os.Remove(name) }()
	}
}

// Bounded is of use to whoever imports it.
//
//backpressure:bounded 3 three callers
func Bounded(f func()) { go f() }
