// Package leakedslot forgets to give slots back.
package leakedslot

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"golang.org/x/sync/semaphore"
)

var errEmpty = errors.New("empty")

// A Pool runs what it is given, some at a time.
type Pool struct {
	sem chan struct{}
	w   *semaphore.Weighted
}

// Early returns with the slot.
func (p *Pool) Early(key string, f func(string) error) error {
	p.sem <- struct{}{} // want `slot of p.sem is not given back on a path that returns: each time there is one less \(semwait/leaked-slot\)`
	if key == "" {
		return errEmpty
	}
	err := f(key)
	<-p.sem
	return err
}

// Silent returns without an error.
func (p *Pool) Silent(key string, f func(string)) {
	p.sem <- struct{}{} // want `leaked-slot`
	if key == "" {
		return
	}
	f(key)
	<-p.sem
}

// Fails leaks where the call fails.
func (p *Pool) Fails(ctx context.Context, key string, f func(string) (int, error)) (int, error) {
	if err := p.w.Acquire(ctx, 1); err != nil {
		return 0, err
	}
	_ = key
	return p.rest(ctx, key, f)
}

func (p *Pool) rest(ctx context.Context, key string, f func(string) (int, error)) (int, error) {
	n, err := f(key)
	p.w.Release(1)
	return n, err
}

// Weighted leaks where the call fails.
func (p *Pool) Weighted(ctx context.Context, key string, f func(string) (int, error)) (int, error) {
	if err := p.w.Acquire(ctx, 1); err != nil { // want `leaked-slot`
		return 0, err
	}
	n, err := f(key)
	if err != nil {
		return 0, err
	}
	p.w.Release(1)
	return n, nil
}

// Tried leaks what a try took.
func (p *Pool) Tried(key string, f func(string)) bool {
	select { // want `leaked-slot`
	case p.sem <- struct{}{}:
	default:
		return false
	}
	if key == "" {
		return false
	}
	f(key)
	<-p.sem
	return true
}

// Serve leaks one each time Accept fails.
func (p *Pool) Serve(ln net.Listener) {
	for {
		p.sem <- struct{}{} // want `slot of p.sem is not given back on a path that goes around the loop`
		c, err := ln.Accept()
		if err != nil {
			continue
		}
		go func() {
			defer func() { <-p.sem }()
			_, _ = io.Copy(io.Discard, c) // want `slot-held`
		}()
	}
}

// Limit loses a slot to each request that panics: the server recovers.
func Limit(n int, next http.Handler) http.Handler {
	sem := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select { // want `slot of sem is not given back on a path that panics`
		case sem <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		next.ServeHTTP(w, r)
		<-sem
	})
}

// Deferred does not.
func Deferred(n int, next http.Handler) http.Handler {
	sem := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case sem <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		defer func() { <-sem }()
		next.ServeHTTP(w, r)
	})
}

// Every gives it back on each way.
func (p *Pool) Every(key string, f func(string) error) error {
	p.sem <- struct{}{}
	if key == "" {
		<-p.sem
		return errEmpty
	}
	err := f(key)
	<-p.sem
	return err
}

// Optional takes and gives under one condition.
func (p *Pool) Optional(key string, f func(string) error) error {
	if p.sem != nil {
		p.sem <- struct{}{}
	}
	err := f(key)
	if p.sem != nil {
		<-p.sem
	}
	return err
}

// OptionalDefer does so, too.
func (p *Pool) OptionalDefer(key string, limited bool, f func(string) error) error {
	if limited {
		p.sem <- struct{}{}
		defer func() { <-p.sem }()
	}
	return f(key)
}

// A Conn owns a slot.
type Conn struct {
	net.Conn
	release func()
}

// Dial hands the slot out with the connection.
func (p *Pool) Dial(addr string) (*Conn, error) {
	p.sem <- struct{}{}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		<-p.sem
		return nil, err
	}
	return &Conn{c, func() { <-p.sem }}, nil
}

// A Session is begun and ended.
type Session struct{ sem chan struct{} }

// Begin keeps the slot on success.
func (s *Session) Begin(ctx context.Context, check func() error) error {
	select {
	case s.sem <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := check(); err != nil {
		<-s.sem
		return err
	}
	return nil
}

// End gives it back.
func (s *Session) End() { <-s.sem }

// Spawned passes the slot on, or gives it back.
func (p *Pool) Spawned(jobs []func()) {
	for _, f := range jobs {
		if f == nil {
			continue
		}
		p.sem <- struct{}{}
		go func() {
			defer func() { <-p.sem }()
			f()
		}()
	}
}

// Skipped forgets that it has taken one.
func (p *Pool) Skipped(jobs []func()) {
	for _, f := range jobs {
		p.sem <- struct{}{} // want `goes around the loop`
		if f == nil {
			continue
		}
		go func() {
			defer func() { <-p.sem }()
			f()
		}()
	}
}

// Handed gives the job to an idle worker, or starts one that keeps its slot: the
// first arm takes none.
func (p *Pool) Handed(ctx context.Context, work chan func(), f func()) error {
	select {
	case work <- f:
	case p.sem <- struct{}{}:
		go func() {
			defer func() { <-p.sem }()
			for ; f != nil; f = <-work {
				f()
			}
		}()
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// Local has a semaphore of its own, which ends with it.
func Local(ln net.Listener) error {
	sem := make(chan struct{}, 8)
	for {
		sem <- struct{}{}
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { <-sem }()
			_ = c.Close()
		}()
	}
}

// Again goes on with the slot of the one that failed.
func Again(ln net.Listener) error {
	sem := make(chan struct{}, 8)
	for {
		sem <- struct{}{} // want `goes around the loop`
		c, err := ln.Accept()
		if err != nil {
			continue
		}
		go func() {
			defer func() { <-sem }()
			_ = c.Close()
		}()
	}
}
