// Package overflowshapes holds pools that start one more goroutine when they
// are full (S05).
package overflowshapes

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is S05: the default branch starts a goroutine that nobody counts.
func Serve(ln net.Listener) error {
	conns := make(chan net.Conn, 64)
	for range 64 {
		go func() {
			for conn := range conns {
				echo(conn)
			}
		}()
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case conns <- conn:
		default:
			go echo(conn) // want `goroutine started when conns is full.*unboundedgo/overflow`
		}
	}
}

// ServeWaiters is S05: both branches look limited, in the second one the waiters pile up.
func ServeWaiters(ln net.Listener) error {
	slots := make(chan struct{}, 64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case slots <- struct{}{}:
			go func() {
				defer func() { <-slots }()
				echo(conn)
			}()
		default:
			go func() { // want `goroutine started when slots is full.*unboundedgo/overflow`
				slots <- struct{}{}
				defer func() { <-slots }()
				echo(conn)
			}()
		}
	}
}

// ServeUnlimitedDefault is S05: the slot only decides who releases it.
func ServeUnlimitedDefault(ln net.Listener) error {
	slots := make(chan struct{}, 64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		pooled := false
		select {
		case slots <- struct{}{}:
			pooled = true
		default:
		}
		go func() { // want `goroutine (started when slots is full|per connection accepted from) .*unboundedgo/(overflow|accept-loop)`
			if pooled {
				defer func() { <-slots }()
			}
			echo(conn)
		}()
	}
}

// A Pool has workers and a queue.
type Pool struct {
	queue chan func()
	wg    sync.WaitGroup
}

// NewPool starts n workers.
func NewPool(n int) *Pool {
	p := &Pool{queue: make(chan func(), n)}
	for range n {
		go p.worker(nil)
	}
	return p
}

func (p *Pool) worker(first func()) {
	if first != nil {
		first()
	}
	for f := range p.queue {
		f()
	}
}

// Submit is S05: a full queue means one more worker, for good.
func (p *Pool) Submit(f func()) {
	select {
	case p.queue <- f:
	default:
		go p.worker(f) // want `goroutine started when .*queue is full.*unboundedgo/overflow`
	}
}

// Serve uses Submit once per connection.
func (p *Pool) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.Submit(func() { echo(conn) })
	}
}

// ServeHTTP is S05 in a handler.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	url := r.FormValue("url")
	job := func() {
		resp, err := http.Get(url)
		if err == nil {
			resp.Body.Close()
		}
	}
	select {
	case p.queue <- job:
	default:
		go job() // want `goroutine started when .*queue is full.*unboundedgo/overflow`
	}
	w.WriteHeader(http.StatusAccepted)
}

func (p *Pool) offer(f func()) bool {
	select {
	case p.queue <- f:
		return true
	default:
		return false
	}
}

// Packets is S05 with an if: the helper says that the queue is full.
func (p *Pool) Packets(pc net.PacketConn, relay func([]byte) error) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		f := func() { relay(buf[:n]) }
		if !p.offer(f) {
			go f() // want `unboundedgo/(overflow|receive-loop)`
		}
	}
}

// Blocking is S05 and S06: the default branch starts a goroutine for the send.
func (p *Pool) Blocking(pc net.PacketConn, relay func([]byte) error) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		f := func() { relay(buf[:n]) }
		select {
		case p.queue <- f:
		default:
			go func() { p.queue <- f }() // want `goroutine started when .*queue is full.*unboundedgo/overflow`
		}
	}
}

// Inline is silent: a full queue means that the loop does the work itself.
func (p *Pool) Inline(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		f := func() { echo(conn) }
		if !p.offer(f) {
			f()
		}
	}
}

// Drop is I14: a full queue means that the datagram is dropped.
func (p *Pool) Drop(pc net.PacketConn, relay func([]byte) error) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		select {
		case p.queue <- func() { relay(buf[:n]) }:
		default:
			log.Print("dropped a datagram")
		}
	}
}

var errBusy = errors.New("busy")

// Grow is I05 with I06: a new worker while there are fewer than max, otherwise an error.
type Grow struct {
	mu    sync.Mutex
	n     int
	max   int
	queue chan func()
}

// Submit starts a worker or reports that the pool is full.
func (g *Grow) Submit(f func()) error {
	select {
	case g.queue <- f:
		return nil
	default:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n >= g.max {
		return errBusy
	}
	g.n++
	go func() {
		defer func() {
			g.mu.Lock()
			g.n--
			g.mu.Unlock()
		}()
		f()
	}()
	return nil
}

// Serve refuses what the pool does not take.
func (g *Grow) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := g.Submit(func() { echo(conn) }); err != nil {
			conn.Close()
		}
	}
}

// Either is the classic pair: hand over to an idle worker or start one within
// the limit; the send on limit is the slot (I01).
type Either struct {
	work  chan func()
	limit chan struct{}
}

// Do waits for an idle worker or for room to start one.
func (e *Either) Do(ctx context.Context, f func()) error {
	select {
	case e.work <- f:
	case e.limit <- struct{}{}:
		go e.worker(f)
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (e *Either) worker(f func()) {
	defer func() { <-e.limit }()
	for {
		f()
		f = <-e.work
	}
}

// Serve hands each connection to Do.
func (e *Either) Serve(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := e.Do(ctx, func() { echo(conn) }); err != nil {
			conn.Close()
			return err
		}
	}
}
