// Package tickinline starts a goroutine per tick that may wait for longer than
// the ticks are apart.
package tickinline

import (
	"io"
	"net"
	"time"
)

// Poll asks addr once per period.
func Poll(addr string, period time.Duration) {
	t := time.NewTicker(period)
	defer t.Stop()
	for range t.C {
		go ask(addr) // want `unboundedgo/tick`
	}
}

func ask(addr string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer c.Close()
	io.Copy(io.Discard, c)
}
