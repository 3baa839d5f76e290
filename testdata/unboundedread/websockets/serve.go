// Package websockets reads messages.
package websockets

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

// Echo has no read limit: the library's default is none.
func Echo(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	for {
		t, b, err := c.ReadMessage() // want `all of .* read into memory: the peer decides how much, nothing limits it`
		if err != nil {
			return
		}
		_ = c.WriteMessage(t, b)
	}
}

// Commands decodes messages.
func Commands(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	var v any
	_ = c.ReadJSON(&v) // want `value decoded from`
	_, m, err := c.NextReader()
	if err == nil {
		_ = json.NewDecoder(m).Decode(&v) // want `value decoded from`
		_, _ = io.ReadAll(m)              // want `read into memory`
	}
}

// A client has a limit from its constructor on.
type client struct{ conn *websocket.Conn }

func newClient(c *websocket.Conn) *client {
	c.SetReadLimit(4096)
	return &client{c}
}

func (c *client) pump() {
	for {
		if _, _, err := c.conn.ReadMessage(); err != nil {
			return
		}
	}
}

// Serve pumps.
func Serve(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	newClient(c).pump()
}

// Follow reads from a server that the program chose: strict.
func Follow(url string) error {
	c, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return err
	}
	_, _, err = c.ReadMessage()
	return err
}

// A pump keeps its connection.
type pump struct{ ws *websocket.Conn }

func (p *pump) run() error {
	for {
		if _, _, err := p.ws.ReadMessage(); err != nil { // want `all of .* read into memory`
			return err
		}
	}
}

// again dials whenever the connection is lost.
func (p *pump) again(dial func() *websocket.Conn) {
	for {
		// nofix: it would be the limit of the first connection alone
		if _, _, err := p.ws.ReadMessage(); err != nil { // want `all of .* read into memory`
			p.ws = dial()
		}
	}
}

// Pump runs a pump.
func Pump(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	p := &pump{ws: c}
	_ = p.run()
	p.again(func() *websocket.Conn { return nil })
}
