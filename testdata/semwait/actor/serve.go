// Package actor asks a goroutine that may have stopped.
package actor

import (
	"context"
	"errors"
	"net"
	"time"
)

// A Cache keeps connections in a goroutine of its own.
type Cache struct {
	get  chan string
	ret  chan net.Conn
	put  chan net.Conn
	log  chan string
	stop chan struct{}
}

// New starts one.
func New() *Cache {
	c := &Cache{get: make(chan string), ret: make(chan net.Conn), put: make(chan net.Conn), log: make(chan string, 16), stop: make(chan struct{})}
	go c.run()
	return c
}

func (c *Cache) run() {
	idle := map[string]net.Conn{}
	for {
		select {
		case addr := <-c.get:
			c.ret <- idle[addr]
		case conn := <-c.put:
			idle[conn.RemoteAddr().String()] = conn
		case <-c.stop:
			return
		}
	}
}

// Stop stops it.
func (c *Cache) Stop() { close(c.stop) }

// Get waits for ever once the cache has stopped.
func (c *Cache) Get(addr string) (net.Conn, error) {
	c.get <- addr // want `send on c.get waits for run, which ends with c.stop: a sender that comes later waits for ever \(semwait/no-context\)`
	if conn := <-c.ret; conn != nil {
		return conn, nil
	}
	return net.Dial("tcp", addr)
}

// Has says no once the cache has stopped, if it looks.
func (c *Cache) Has(addr string) bool {
	select {
	case <-c.stop:
		return false
	default:
	}
	c.get <- addr // want `no-context`
	return <-c.ret != nil
}

// Idle does not look: what it would say is not known.
func (c *Cache) Idle(addr string) bool {
	c.get <- addr // want `no-context`
	return <-c.ret != nil
}

// Put gives up after a while.
func (c *Cache) Put(conn net.Conn) {
	select {
	case c.put <- conn:
	case <-time.After(25 * time.Millisecond):
		_ = conn.Close()
	}
}

// GetUntil looks at the stop channel.
func (c *Cache) GetUntil(ctx context.Context, addr string) (net.Conn, error) {
	select {
	case c.get <- addr:
	case <-c.stop:
		return nil, errors.New("the cache has stopped")
	}
	return <-c.ret, nil
}

// A Queue is drained when it stops.
type Queue struct {
	in   chan string
	stop chan struct{}
}

// Add is served to the end.
func (q *Queue) Add(s string) { q.in <- s }

// Start makes the queue run.
func (q *Queue) Start() {
	q.in, q.stop = make(chan string), make(chan struct{})
	go q.run()
}

func (q *Queue) run() {
	for {
		select {
		case <-q.in:
		case <-q.stop:
			for range q.in {
			}
			return
		}
	}
}

// Stop stops it.
func (q *Queue) Stop() { close(q.stop) }
