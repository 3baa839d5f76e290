// Package tables writes to the connections in tables of sync.
package tables

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

// A Notifier tells everybody.
type Notifier struct {
	conns sync.Map // *websocket.Conn to struct{}
}

// ServeHTTP adds a client.
func (n *Notifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	n.conns.Store(c, struct{}{})
	defer n.conns.Delete(c)
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			return
		}
	}
}

// Tell writes to one after the other.
func (n *Notifier) Tell(v any) {
	n.conns.Range(func(key, _ any) bool {
		c := key.(*websocket.Conn)
		if err := c.WriteJSON(v); err != nil { // want `write to c in a loop over n\.conns: one peer that does not read stalls the rest, no write deadline ends it \(unbufferedwrite/locked-write\)`
			c.Close()
			n.conns.Delete(key)
		}
		return true
	})
}

// A client has a name.
type client struct {
	name string
	c    net.Conn
}

// A Room has clients by name.
type Room struct{ clients sync.Map }

// Join adds those who come.
func (r *Room) Join(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		name := c.RemoteAddr().String()
		r.clients.Store(name, &client{name, c})
	}
}

// Tell writes to all but one.
func (r *Room) Tell(line, but string) {
	r.clients.Range(func(_, v any) bool {
		if m, ok := v.(*client); ok && m.name != but {
			io.WriteString(m.c, line) // want `write to m\.c in a loop over r\.clients: .*locked-write`
		}
		return true
	})
}

// Report is silent: one connection is told of all, once.
func (r *Room) Report(c net.Conn) {
	enc := json.NewEncoder(c)
	r.clients.Range(func(k, _ any) bool { return enc.Encode(k) == nil })
}

// A Timed room gives its clients time.
type Timed struct{ clients sync.Map }

// Join adds those who come.
func (r *Timed) Join(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		r.clients.Store(c, true)
	}
}

// Tell is silent: each has a second.
func (r *Timed) Tell(line string) {
	r.clients.Range(func(k, _ any) bool {
		c := k.(net.Conn)
		c.SetWriteDeadline(time.Now().Add(time.Second))
		io.WriteString(c, line)
		return true
	})
}

// Limited rooms give them time when they come.
type Limited struct{ clients sync.Map }

// Join adds those who come, for a minute each.
func (r *Limited) Join(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			return err
		}
		r.clients.Store(c, true)
	}
}

// Tell is silent: who is here leaves in a minute.
func (r *Limited) Tell(line string) {
	r.clients.Range(func(k, _ any) bool {
		io.WriteString(k.(net.Conn), line)
		return true
	})
}

// Upstreams have been dialled.
type Upstreams struct{ conns sync.Map }

// Dial adds one.
func (u *Upstreams) Dial(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err == nil {
		u.conns.Store(addr, c)
	}
	return err
}

// Tell is silent: they are the operator's.
func (u *Upstreams) Tell(line string) {
	u.conns.Range(func(_, v any) bool {
		io.WriteString(v.(net.Conn), line)
		return true
	})
}

// A Feed passes on what its clients say.
type Feed struct {
	mu    sync.Mutex
	conns []net.Conn
}

// Serve accepts.
func (f *Feed) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		f.mu.Lock()
		f.conns = append(f.conns, c)
		f.mu.Unlock()
		go f.serve(c)
	}
}

func (f *Feed) serve(c net.Conn) {
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		f.pass(buf[:n])
	}
}

func (f *Feed) pass(b []byte) {
	f.mu.Lock()
	to := append([]net.Conn(nil), f.conns...)
	f.mu.Unlock()
	for _, c := range to {
		f.one(c, b) // want `f\.one writes to a connection in a loop over all of them: .*locked-write`
	}
}

// one is told of where it is called in a loop: that is the same defect.
func (f *Feed) one(c net.Conn, b []byte) {
	c.Write(b)
}
