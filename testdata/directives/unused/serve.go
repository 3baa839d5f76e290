// Package unused has directives without a finding to silence.
package unused

import (
	"io"
	"net"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Gone has been mended since.
func Gone(ln net.Listener) error {
	sem := make(chan struct{}, 8)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		/* want `nothing to ignore: unboundedgo/accept-loop has no finding here` */ //backpressure:ignore unboundedgo/accept-loop a unix socket
		go func() {
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// Other ignores a kind that is not found: the finding is.
func Other(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) //backpressure:ignore unboundedgo/tick no ticks // want `unboundedgo/tick has no finding here`
	}
}

// Half has one name too many.
func Half(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		// nofix: the other name is of use
		go echo(conn) //backpressure:ignore unboundedgo,semwait a reason // want `semwait has no finding here`
	}
}

func lint() {
	/* want `there is no finding here` */ //lint:ignore backpressure a reason
	lint()
}

func nolint() {
	/* want `unboundedgo has no finding here` */ //nolint:unboundedgo // a reason
	nolint()
}

// nolint
func everything() {}

//nolint:errcheck
func errcheck() {}

//lint:ignore SA1000 a reason
func staticcheck() {}
