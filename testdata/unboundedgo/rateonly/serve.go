// Package rateonly holds loops whose rate is limited and not their number
// (I30). Where each goroutine also has a time limit, rate times lifetime is a
// bound that somebody chose; such loops are not reported.
package rateonly

import (
	"context"
	"net"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// ServeAllowed is none: a turn bounds how often, and what has had it may stay.
func ServeAllowed(ln net.Listener, turns *rate.Limiter) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !turns.Allow() {
			conn.Close()
			continue
		}
		go keep(conn) // want `goroutine per connection accepted from ln: .*accept-loop`
	}
}

func keep(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 512)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		conn.Write(buf[:n])
	}
}

// Serve is I30: a token per tick, and each connection has a deadline for its whole life.
func Serve(ln net.Listener, every time.Duration) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for range t.C {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		go answer(conn)
	}
	return nil
}

func answer(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 512)
	n, err := conn.Read(buf)
	if err != nil {
		return
	}
	conn.Write(buf[:n])
}

// A bucket has tokens that a ticker adds; an empty bucket refuses.
type bucket struct {
	tokens chan struct{}
}

func newBucket(ctx context.Context, size int, every time.Duration) *bucket {
	b := &bucket{tokens: make(chan struct{}, size)}
	go func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				select {
				case b.tokens <- struct{}{}:
				default:
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return b
}

func (b *bucket) allow() bool {
	select {
	case <-b.tokens:
		return true
	default:
		return false
	}
}

// ServeBucket is I30: no token, no goroutine; each goroutine ends with its context.
func ServeBucket(ctx context.Context, ln net.Listener, url string) error {
	b := newBucket(ctx, 100, 10*time.Millisecond)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !b.allow() {
			conn.Close()
			continue
		}
		go func() {
			defer conn.Close()
			ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return
			}
			resp.Body.Close()
		}()
	}
}

// Posts waits for a turn, and what it starts outlives the request: how often
// is not how many.
type Posts struct{ turns *rate.Limiter }

func (p *Posts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := p.turns.Wait(r.Context()); err != nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	to := r.PathValue("to")
	go post(to) // want `goroutine started by handler ServeHTTP outlives the request.*unboundedgo/handler`
	w.WriteHeader(http.StatusAccepted)
}

func post(to string) {
	if resp, err := http.Post(to, "text/plain", nil); err == nil {
		resp.Body.Close()
	}
}
