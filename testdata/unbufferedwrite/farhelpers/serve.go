// Package farhelpers has another package write to the connections of its
// clients.
package farhelpers

import (
	"bufio"
	"net"
	"sync"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/farhelpers/wire"
)

// each accepts connections.
func each(ln net.Listener, serve func(net.Conn)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go serve(c)
	}
}

// Replies has a function write.
func Replies(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if wire.Reply(c, lines.Text()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Answers has one write that makes a buffer of its own.
func Answers(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if wire.Answer(c, lines.Text()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Frames has one write that has others write.
func Frames(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if wire.Frame(c, lines.Bytes()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Values has a generic one write.
func Values(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if wire.Value(c, lines.Text()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Codecs has a method write.
func Codecs(ln net.Listener, k *wire.Codec) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if k.Put(c, lines.Text()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Putters has the method of an interface write, which one type has.
func Putters(ln net.Listener) error {
	p := wire.NewPutter()
	return each(ln, func(c net.Conn) {
		defer c.Close()
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if p.PutLine(c, lines.Text()) != nil { // want `write to c per line: .*no-deadline`
				return
			}
		}
	})
}

// Sessions has a type that was made over the connection write.
func Sessions(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		s := wire.NewSession(c, "server")
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if s.Tell(lines.Text()) != nil { // want `write to s per line: .*no-deadline`
				return
			}
		}
	})
}

// Peers has the methods of a connection write.
func Peers(ln net.Listener) error {
	return each(ln, func(c net.Conn) {
		defer c.Close()
		p := wire.NewPeer(c, "server")
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if p.Greet() != nil { // want `write to p per line: .*no-deadline`
				return
			}
		}
	})
}

// Refuses tells those who come too late, in the loop that accepts.
func Refuses(ln net.Listener, full func() bool) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if full() {
			wire.Reply(c, "busy") // want `write to c in the loop that accepts: .*no-deadline`
			c.Close()
			continue
		}
		go once(c)
	}
}

// once is silent: the kernel takes one line.
func once(c net.Conn) {
	defer c.Close()
	wire.Reply(c, "hello")
}

// A Room has clients.
type Room struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// Join adds those who come.
func (r *Room) Join(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.conns[c] = true
		r.mu.Unlock()
	}
}

// Tell writes to all of them.
func (r *Room) Tell(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		wire.Reply(c, line) // want `write to c while r.mu is locked: .*locked-write`
	}
}
