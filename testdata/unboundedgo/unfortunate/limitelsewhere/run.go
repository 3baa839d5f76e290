// Package limitelsewhere is the only importer of a server that has no limit of
// its own.
package limitelsewhere

import (
	"net"

	"golang.org/x/net/netutil"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/unfortunate"
)

// Run limits the listener and serves on it.
func Run(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return unfortunate.Serve(netutil.LimitListener(ln, 100))
}
