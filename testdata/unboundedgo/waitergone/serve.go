// Package waitergone turns a WaitGroup into a channel, so that who waits can
// give up. The goroutine that waits in its place cannot.
package waitergone

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

type relay struct {
	up   sync.WaitGroup // done when the upstream is there
	mu   sync.Mutex
	conn net.Conn
}

func (r *relay) accept(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go r.serve(ctx, c) // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}

func (r *relay) serve(ctx context.Context, c net.Conn) {
	defer c.Close()
	if up := r.upstream(ctx); up != nil {
		io.Copy(up, c)
	}
}

func (r *relay) upstream(ctx context.Context) net.Conn {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(30 * time.Second):
		return nil
	case <-r.ready():
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.conn
	}
}

// ready leaves a goroutine behind for each waiter that has given up, while
// the upstream is down.
func (r *relay) ready() <-chan struct{} {
	ch := make(chan struct{})
	go func() { // want `goroutine waits for r.up after its waiter may have given up: peers decide how many, nothing bounds them .unboundedgo/handler`
		r.up.Wait()
		close(ch)
	}()
	return ch
}

// close is a near miss: a server stops once.
func (r *relay) close() bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.up.Wait()
	}()
	select {
	case <-done:
		return true
	case <-time.After(5 * time.Second):
		return false
	}
}

type session struct {
	c    net.Conn
	work sync.WaitGroup
}

func (r *relay) sessions(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &session{c: c}
		go s.run() // want `goroutine per connection accepted from ln: .*unboundedgo/accept-loop`
	}
}

func (s *session) run() {
	defer s.finish()
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		io.Copy(io.Discard, s.c)
	}()
	io.Copy(s.c, s.c)
}

// finish is a near miss: each session has a group of its own and waits once.
func (s *session) finish() {
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		s.c.Close()
	}
}

func (r *relay) patient(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		r.waitAll()
		c.Close()
	}
}

// waitAll is a near miss: who asked listens to the end.
func (r *relay) waitAll() {
	done := make(chan struct{})
	go func() {
		r.up.Wait()
		close(done)
	}()
	<-done
}
