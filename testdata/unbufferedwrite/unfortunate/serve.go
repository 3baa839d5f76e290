// Package unfortunate has what the rule gets wrong.
package unfortunate

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
)

var upgrader gorilla.Upgrader

// Overwritten is missed: each write of a websocket gives the connection
// underneath the deadline that the websocket stores, none here.
func Overwritten(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	for {
		kind, msg, err := c.ReadMessage()
		if err != nil {
			return
		}
		c.NetConn().SetWriteDeadline(time.Now().Add(time.Second))
		if c.WriteMessage(kind, msg) != nil {
			return
		}
	}
}

// A Hub is missed: its context never ends, and one client holds its lock.
type Hub struct {
	mu      sync.Mutex
	clients map[*websocket.Conn]bool
}

// Broadcast writes to all clients.
func (h *Hub) Broadcast(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		c.Write(context.Background(), websocket.MessageText, msg)
	}
}

// ServeHTTP adds a client.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	h.mu.Lock()
	h.clients[c] = true
	h.mu.Unlock()
	<-c.CloseRead(r.Context()).Done()
}
