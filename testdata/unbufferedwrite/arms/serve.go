// Package arms sets the deadline in one arm, method or caller and forgets it
// in the next.
package arms

import (
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const wait = 10 * time.Second

var upgrader websocket.Upgrader

// A conn has messages to send.
type conn struct {
	ws   *websocket.Conn
	send chan []byte
}

// Serve upgrades.
func Serve(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws, make(chan []byte, 8)}
	go c.pump()
	for {
		_, msg, err := ws.ReadMessage()
		if err != nil {
			close(c.send)
			return
		}
		c.send <- msg
	}
}

// pump has a deadline for messages and none for pings.
func (c *conn) pump() {
	tick := time.NewTicker(wait)
	defer tick.Stop()
	for {
		select {
		case msg, ok := <-c.send:
			if !ok {
				return
			}
			c.ws.SetWriteDeadline(time.Now().Add(wait))
			if c.ws.WriteMessage(websocket.TextMessage, msg) != nil {
				return
			}
		case <-tick.C:
			if c.ws.WriteMessage(websocket.PingMessage, nil) != nil { // want `write to c\.ws without the write deadline that its sibling in pump sets: .*unbufferedwrite/sibling`
				return
			}
		}
	}
}

// Send is reached with a deadline and without.
func send(c net.Conn, p []byte) error {
	_, err := c.Write(p) // want `write to c has a write deadline on some ways to it only: on the others a peer that does not read holds up the caller \(unbufferedwrite/sibling\)`
	return err
}

// Answer sets a deadline.
func Answer(ln net.Listener, p []byte) error {
	c, err := ln.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	return send(c, p)
}

// Tell does not.
func Tell(addr string, p []byte) error {
	c, err := net.DialTimeout("tcp", addr, wait)
	if err != nil {
		return err
	}
	defer c.Close()
	return send(c, p)
}

// greet is reached with a deadline and without, too.
func greet(c net.Conn, p []byte) error {
	_, err := c.Write(p) // want `has a write deadline on some ways to it only`
	return err
}

// Quick sets a deadline.
func Quick(ln net.Listener, p []byte) error {
	c, err := ln.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	return greet(c, p)
}

// Slow does not, and writes more: what greet were given would end that, too.
func Slow(addr string, p []byte, more func() ([]byte, bool)) error {
	c, err := net.DialTimeout("tcp", addr, wait)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := greet(c, p); err != nil {
		return err
	}
	for b, ok := more(); ok; b, ok = more() {
		if _, err := c.Write(b); err != nil {
			return err
		}
	}
	return nil
}
