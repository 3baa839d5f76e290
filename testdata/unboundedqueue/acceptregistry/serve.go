// Package acceptregistry keeps accepted connections without a goroutine each.
package acceptregistry

import (
	"net"
	"sync"
)

type client struct {
	conn net.Conn
	quit chan struct{}
}

type broadcaster struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]struct{}
}

func (b *broadcaster) accept() {
	for {
		conn, err := b.ln.Accept()
		if err != nil {
			return
		}
		c := &client{conn: conn, quit: make(chan struct{})}
		b.mu.Lock()
		b.clients[c] = struct{}{} // want `map b.clients keeps each connection accepted from b.ln: peers decide how many, nothing bounds them \(unboundedqueue/map\)`
		b.mu.Unlock()
	}
}

func (b *broadcaster) send(p []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.clients {
		if _, err := c.conn.Write(p); err != nil {
			delete(b.clients, c)
		}
	}
}

const maxClients = 64

type limited struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]struct{}
}

func (b *limited) accept() {
	for {
		conn, err := b.ln.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		if len(b.clients) >= maxClients {
			b.mu.Unlock()
			conn.Close()
			continue
		}
		b.clients[&client{conn: conn}] = struct{}{}
		b.mu.Unlock()
	}
}

func (b *limited) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.clients {
		c.conn.Close()
		delete(b.clients, c)
	}
}

type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) add(ip string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[ip]++
	return c.n[ip]
}

func (c *counter) done(ip string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[ip]--; c.n[ip] <= 0 {
		delete(c.n, ip)
	}
}

// counted wraps the connections so that closing one takes it out.
type counted struct {
	net.Conn
	of *counter
}

func (c *counted) Close() error {
	c.of.done(c.RemoteAddr().String())
	return c.Conn.Close()
}

// next counts the connections per address, as long as they are open.
func next(ln net.Listener, c *counter) (net.Conn, error) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return nil, err
		}
		if c.add(conn.RemoteAddr().String()) > 8 {
			c.done(conn.RemoteAddr().String())
			conn.Close()
			continue
		}
		return &counted{conn, c}, nil
	}
}
