// Package acceptrpc serves methods over JSON-RPC, as the example of net/rpc
// does: with a goroutine for every connection that it accepts.
package acceptrpc

import (
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
)

// Serve serves the methods of registry until ln is closed.
func Serve(ln net.Listener, registry *rpc.Server) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go registry.ServeCodec(jsonrpc.NewServerCodec(conn)) // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}
