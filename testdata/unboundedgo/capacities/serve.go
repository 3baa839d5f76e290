// Package capacities limits itself by semaphores of another package: how much
// room they have is a fact about the variable or field.
package capacities

import (
	"io"
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/capacities/gates"
)

func echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}

func accept(ln net.Listener, each func(net.Conn)) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		each(c)
	}
}

// Limited is I01 with a variable of another package.
func Limited(ln net.Listener) {
	accept(ln, func(c net.Conn) {
		gates.Conns <- struct{}{}
		go func() {
			defer func() { <-gates.Conns }()
			echo(c)
		}()
	})
}

// Endless is S08: the variable has room for everyone.
func Endless(ln net.Listener) {
	accept(ln, func(c net.Conn) {
		gates.Open <- struct{}{}
		go func() { // want `the limit Open has no limit and bounds nothing .unboundedgo/wrong-scope`
			defer func() { <-gates.Open }()
			echo(c)
		}()
	})
}

// Gate is I01 with a field of another package's struct.
func Gate(ln net.Listener, g *gates.Gate) {
	accept(ln, func(c net.Conn) {
		g.Slots <- struct{}{}
		go func() {
			defer func() { <-g.Slots }()
			echo(c)
		}()
	})
}

// Door is S08 with one.
func Door(ln net.Listener, d *gates.Door) {
	accept(ln, func(c net.Conn) {
		d.Slots <- struct{}{}
		go func() { // want `the limit d.Slots has no limit and bounds nothing .unboundedgo/wrong-scope`
			defer func() { <-d.Slots }()
			echo(c)
		}()
	})
}

// Behind is S08 behind two functions of another package.
func Behind(ln net.Listener) {
	accept(ln, func(c net.Conn) {
		gates.Enter()
		go func() { // want `its limit has no limit and bounds nothing .unboundedgo/wrong-scope`
			defer gates.Leave()
			echo(c)
		}()
	})
}

// BehindFew is I03b.
func BehindFew(ln net.Listener) {
	accept(ln, func(c net.Conn) {
		gates.EnterFew()
		go func() {
			defer gates.LeaveFew()
			echo(c)
		}()
	})
}

// Handoff is S09b: nobody's slot is taken by a send that is received at once.
func Handoff(ln net.Listener) {
	accept(ln, func(c net.Conn) {
		go echo(c) // want `goroutine per connection accepted .*unboundedgo/accept-loop`
		gates.Handoff <- struct{}{}
	})
}
