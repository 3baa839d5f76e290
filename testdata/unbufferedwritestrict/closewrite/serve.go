// Package closewrite says goodbye to its clients while it holds the lock of
// them all.
package closewrite

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
)

// A Hub has clients.
type Hub struct {
	mu      sync.Mutex
	clients map[*client]bool
}

type client struct{ conn net.Conn }

// Close sends a last line.
func (c *client) Close() error {
	io.WriteString(c.conn, "bye\n")
	return c.conn.Close()
}

// Serve accepts clients.
func (h *Hub) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.clients[&client{conn}] = true
		h.mu.Unlock()
	}
}

// Drop closes one client, and waits for it under the lock.
func (h *Hub) Drop(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
	c.Close() // want `c\.Close writes before it closes, while h\.mu is locked: .*unbufferedwrite/close-write`
}

// Shutdown closes all, one after the other.
func (h *Hub) Shutdown(all []*client) {
	for _, c := range all {
		c.Close() // want `c\.Close writes before it closes, in a loop over all: .*unbufferedwrite/close-write`
	}
}

// Leave closes one client when the lock is free again.
func (h *Hub) Leave(c *client) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	c.Close()
}

// A Vault has clients over TLS, whose Close sends an alert: five seconds are all
// that it takes.
type Vault struct {
	mu    sync.Mutex
	conns map[*tls.Conn]bool
}

// Serve accepts them.
func (v *Vault) Serve(ln net.Listener, config *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		v.mu.Lock()
		v.conns[tls.Server(c, config)] = true
		v.mu.Unlock()
	}
}

// Lock closes them all.
func (v *Vault) Lock() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for c := range v.conns {
		c.Close()
	}
}
