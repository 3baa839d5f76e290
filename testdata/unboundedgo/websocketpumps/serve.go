// Package websocketpumps holds upgraded websockets: read and write pumps are
// constant per connection, a goroutine per message is not.
package websocketpumps

import (
	"log"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{}

// A Server answers messages.
type Server struct {
	reply func([]byte) ([]byte, error)
	hub   chan []byte
}

// A client is one upgraded connection.
type client struct {
	ws   *websocket.Conn
	send chan []byte
}

// Pumps is family 12: the request is over, its connection lives on with two goroutines.
func (s *Server) Pumps(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		log.Print(err)
		return
	}
	c := &client{ws: ws, send: make(chan []byte, 16)}
	go c.writePump()
	go c.readPump(s.hub)
}

func (c *client) readPump(hub chan<- []byte) {
	defer c.ws.Close()
	defer close(c.send)
	for {
		_, msg, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		hub <- msg
	}
}

func (c *client) writePump() {
	ping := time.NewTicker(30 * time.Second)
	defer ping.Stop()
	defer c.ws.Close()
	for {
		select {
		case msg, ok := <-c.send:
			if !ok {
				return
			}
			c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
			if err := c.ws.WriteMessage(websocket.TextMessage, msg); err != nil {
				return
			}
		case <-ping.C:
			c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
			if err := c.ws.WriteMessage(websocket.PingMessage, nil); err != nil {
				return
			}
		}
	}
}

// Reader is family 12: the handler itself is the reader.
func (s *Server) Reader(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &client{ws: ws, send: make(chan []byte, 16)}
	go c.writePump()
	c.readPump(s.hub)
}

// Messages is S02: a goroutine per message.
func (s *Server) Messages(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for {
		_, msg, err := ws.ReadMessage()
		if err != nil {
			return
		}
		go s.answer(ws, msg) // want `goroutine per (message|frame) received from .*unboundedgo/receive-loop`
	}
}

func (s *Server) answer(ws *websocket.Conn, msg []byte) {
	out, err := s.reply(msg)
	if err != nil {
		return
	}
	ws.WriteMessage(websocket.TextMessage, out)
}

// JSON is S02 with ReadJSON.
func (s *Server) JSON(ws *websocket.Conn) error {
	for {
		var msg struct{ Text string }
		if err := ws.ReadJSON(&msg); err != nil {
			return err
		}
		go func() { // want `goroutine per (message|frame) received from .*unboundedgo/receive-loop`
			s.answer(ws, []byte(msg.Text))
		}()
	}
}

// Limited is I01: sixteen messages of a connection at once.
func (s *Server) Limited(ws *websocket.Conn) error {
	sem := make(chan struct{}, 16)
	for {
		_, msg, err := ws.ReadMessage()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			s.answer(ws, msg)
		}()
	}
}

// Pongs is S02: the library calls the handler once per ping of the peer.
func (s *Server) Pongs(ws *websocket.Conn) {
	ws.SetPingHandler(func(data string) error {
		go func() { // want `unboundedgo/(handler|receive-loop)`
			time.Sleep(time.Second)
			ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		}()
		return nil
	})
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}
