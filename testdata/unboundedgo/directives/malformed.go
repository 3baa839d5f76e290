package directives

import "net"

// Malformed gives no reason: the directive has no effect, and says so.
func Malformed(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		/* want `reason.*unboundedgo/directive` */ //backpressure:ignore unboundedgo
		go echo(conn)                              // want `unboundedgo/accept-loop`
	}
}
