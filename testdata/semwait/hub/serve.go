// Package hub passes what its clients say on to everybody who listens.
package hub

import (
	"bufio"
	"io"
	"net"
	"sync"
)

// backlog is how many messages wait for one listener.
const backlog = 16

// A listener hears what is said.
type listener struct{ in chan string }

// A Hub knows who listens.
type Hub struct {
	mu        sync.Mutex
	listeners map[string]*listener
}

// New returns a hub that nobody listens to.
func New() *Hub { return &Hub{listeners: map[string]*listener{}} }

// Listen returns what is said from now on.
func (h *Hub) Listen(name string) <-chan string {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &listener{in: make(chan string, backlog)}
	h.listeners[name] = l
	return l.in
}

// Serve serves connections until ln is closed.
func (h *Hub) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go h.handle(c)
	}
}

// handle takes one line from c and says when all have it.
func (h *Hub) handle(c net.Conn) {
	defer c.Close()
	sc := bufio.NewScanner(c)
	if !sc.Scan() {
		return
	}
	h.tell(sc.Text())
	_, _ = io.WriteString(c, "told\n") // the client may have gone
}

// tell passes msg on to everybody who listens.
func (h *Hub) tell(msg string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.listeners {
		l.in <- msg // want `send to l.in waits in the loop that serves them all: one consumer that stalls stalls the others \(semwait/shared-send\)`
	}
}
