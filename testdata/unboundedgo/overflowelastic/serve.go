// Package overflowelastic starts one more worker whenever the queue is full,
// and has no other workers.
package overflowelastic

import (
	"io"
	"net"
)

// A Pool runs jobs.
type Pool struct{ jobs chan net.Conn }

// Serve accepts connections until ln is closed.
func (p *Pool) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case p.jobs <- c:
		default:
			go p.work(c) // want `unboundedgo/overflow`
		}
	}
}

func (p *Pool) work(c net.Conn) {
	for ; c != nil; c = <-p.jobs {
		io.Copy(c, c)
		c.Close()
	}
}
