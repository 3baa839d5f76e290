// Package hub passes each message of a client on to all of them.
package hub

import (
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

// A Hub has clients.
type Hub struct {
	mu      sync.Mutex
	clients map[*websocket.Conn]bool
}

// ServeHTTP reads what a client says.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	h.add(c)
	for {
		_, msg, err := c.ReadMessage()
		if err != nil {
			h.remove(c)
			return
		}
		h.broadcast(msg)
	}
}

func (h *Hub) add(c *websocket.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[c] = true
}

func (h *Hub) remove(c *websocket.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

func (h *Hub) broadcast(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		c.WriteMessage(websocket.TextMessage, msg) // want `write to c while h\.mu is locked: one peer that does not read stalls everybody who needs the lock, no write deadline ends it \(unbufferedwrite/locked-write\)`
	}
}

// A Loop has its clients to itself: no lock, one goroutine.
type Loop struct {
	joins    chan *client
	messages chan []byte
}

type client struct{ ws *websocket.Conn }

// ServeHTTP adds a client.
func (l *Loop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l.joins <- &client{c}
	for {
		if _, _, err := c.NextReader(); err != nil {
			return
		}
	}
}

// Run is the loop.
func (l *Loop) Run() {
	clients := map[*client]bool{}
	for {
		select {
		case c := <-l.joins:
			clients[c] = true
		case msg := <-l.messages:
			for c := range clients {
				if c.ws.WriteMessage(websocket.TextMessage, msg) != nil { // want `write to c\.ws in a loop over .*: one peer that does not read stalls the rest, no write deadline ends it \(unbufferedwrite/locked-write\)`
					delete(clients, c)
				}
			}
		}
	}
}

// A Queued hub hands messages to a goroutine per client that has a deadline
// for each, and drops clients that do not keep up.
type Queued struct {
	mu      sync.Mutex
	clients map[*queue]bool
}

type queue struct {
	ws   *websocket.Conn
	send chan []byte
}

// ServeHTTP adds a client.
func (h *Queued) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	q := &queue{c, make(chan []byte, 16)}
	h.mu.Lock()
	h.clients[q] = true
	h.mu.Unlock()
	go func() {
		defer c.Close()
		for {
			if _, _, err := c.NextReader(); err != nil {
				return
			}
		}
	}()
	for msg := range q.send {
		q.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if q.ws.WriteMessage(websocket.TextMessage, msg) != nil {
			return
		}
	}
}

// Broadcast never waits for a client.
func (h *Queued) Broadcast(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for q := range h.clients {
		select {
		case q.send <- msg:
		default:
			delete(h.clients, q)
			close(q.send)
		}
	}
}
