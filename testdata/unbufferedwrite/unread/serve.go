// Package unread pushes to websockets, and forgets that they talk back.
package unread

import (
	"context"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

// Push writes the time, and learns of nothing.
func Push(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	for now := range time.Tick(time.Second) {
		c.SetWriteDeadline(now.Add(5 * time.Second))
		if c.WriteMessage(websocket.TextMessage, []byte(now.String())) != nil { // want `write to c in a loop, and nobody reads it: pings stay unanswered and a close is not seen until a write fails \(unbufferedwrite/never-reads\)`
			return
		}
	}
}

// PushRead reads in a goroutine of its own.
func PushRead(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		defer cancel()
		for {
			if _, _, err := c.NextReader(); err != nil {
				return
			}
		}
	}()
	defer c.Close()
	for {
		select {
		case now := <-time.After(time.Second):
			c.SetWriteDeadline(now.Add(5 * time.Second))
			if c.WriteMessage(websocket.TextMessage, []byte(now.String())) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// Hello says one thing.
func Hello(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	c.WriteMessage(websocket.TextMessage, []byte("hello"))
}

// Handed gives the websocket to whoever asked for it.
func Handed(w http.ResponseWriter, r *http.Request, to func(*websocket.Conn)) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	go to(c)
	for now := range time.Tick(time.Second) {
		c.SetWriteDeadline(now.Add(5 * time.Second))
		if c.WriteMessage(websocket.TextMessage, []byte(now.String())) != nil {
			return
		}
	}
}
