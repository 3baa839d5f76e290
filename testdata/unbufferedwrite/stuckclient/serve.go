// Package stuckclient passes on to all clients what one of them says, under a
// lock that whoever comes or goes needs, too.
package stuckclient

import (
	"bufio"
	"net"
	"sync"
)

// A Hub has clients.
type Hub struct {
	mu      sync.Mutex
	clients map[net.Conn]bool
}

// NewHub returns a hub without clients.
func NewHub() *Hub { return &Hub{clients: map[net.Conn]bool{}} }

// Serve accepts connections until ln is closed.
func (h *Hub) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go h.serve(c)
	}
}

// serve listens to one client.
func (h *Hub) serve(c net.Conn) {
	h.join(c)
	defer h.leave(c)
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		h.tell(append(lines.Bytes(), '\n'))
	}
}

func (h *Hub) join(c net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[c] = true
}

func (h *Hub) leave(c net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
	c.Close()
}

func (h *Hub) tell(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		if _, err := c.Write(msg); err != nil { // want `write to c while h\.mu is locked: .*unbufferedwrite/locked-write`
			delete(h.clients, c)
			c.Close()
		}
	}
}
