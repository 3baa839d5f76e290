// Package endsone closes in goroutines, so that the caller holds no lock: what
// is closed is closed once, however often it is asked for.
package endsone

import (
	"net"
	"net/http"
	"sync"
)

type client struct {
	mu     sync.Mutex
	conn   net.Conn
	reason int
	bad    bool
}

func (c *client) disconnect(reason int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reason = reason
	return c.conn.Close()
}

func (c *client) onCommand(b []byte) {
	if len(b) == 0 {
		go func() { _ = c.disconnect(1) }()
		return
	}
	c.conn.Write(b)
}

// Read is silent: a goroutine per bad message, but only for this connection.
func (c *client) Read() {
	buf := make([]byte, 512)
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			go c.disconnect(2)
			return
		}
		c.onCommand(buf[:n])
	}
}

// Refuse is silent: it closes what it has accepted.
func Refuse(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go c.Close()
	}
}

// ServeHTTP is S02: it does more than close.
func (c *client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	go func() { // want `goroutine started by handler ServeHTTP outlives the request: .*unboundedgo/handler`
		resp, err := http.Get("http://audit.example/closed")
		if err == nil {
			resp.Body.Close()
		}
		c.disconnect(3)
	}()
}
