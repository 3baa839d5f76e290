// Package dispatch starts goroutines for other packages.
package dispatch

import (
	"io"
	"net"
	"sync"
)

// Serve starts a goroutine for the connection and returns at once; how often
// it is called is for the caller to know.
func Serve(conn net.Conn) {
	go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		defer conn.Close()
		io.Copy(conn, conn)
	}()
}

// Inline serves the connection and returns when it is done: nothing is started.
func Inline(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Background runs f in a goroutine.
func Background(wg *sync.WaitGroup, f func()) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
}

// A Limiter runs functions in at most as many goroutines as it has slots.
type Limiter struct {
	slots chan struct{}
}

// NewLimiter makes a limiter with n slots.
func NewLimiter(n int) *Limiter {
	return &Limiter{slots: make(chan struct{}, n)}
}

// Run waits for a slot and starts f (I01).
func (l *Limiter) Run(f func()) {
	l.slots <- struct{}{}
	go func() {
		defer func() { <-l.slots }()
		f()
	}()
}

// A Crew counts its goroutines and limits nothing.
type Crew struct {
	wg sync.WaitGroup
}

// Run starts f.
func (c *Crew) Run(f func()) {
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		f()
	}()
}

// Accepted is S01 within this package: the growth is at the go statement in Serve.
func Accepted(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		Serve(conn)
	}
}
