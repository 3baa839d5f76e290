// Package websocketmessages holds websocket handlers over golang.org/x/net/websocket:
// pumps, which are constant per connection, and goroutines per message.
package websocketmessages

import (
	"net/http"
	"sync"

	"golang.org/x/net/websocket"
)

// A Command is what clients send.
type Command struct {
	Name string
	Args []string
}

// A Server runs commands.
type Server struct {
	run func(Command) (string, error)
	wg  sync.WaitGroup
}

// Messages is S02: a goroutine per message of one client.
func (s *Server) Messages(ws *websocket.Conn) {
	for {
		var cmd Command
		if err := websocket.JSON.Receive(ws, &cmd); err != nil {
			return
		}
		go s.exec(ws, cmd) // want `goroutine per (message|frame) received from .*unboundedgo/receive-loop`
	}
}

func (s *Server) exec(ws *websocket.Conn, cmd Command) {
	out, err := s.run(cmd)
	if err != nil {
		out = err.Error()
	}
	websocket.Message.Send(ws, out)
}

// Joined is S02 although it waits at the end: the messages come first.
func (s *Server) Joined(ws *websocket.Conn) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		var text string
		if err := websocket.Message.Receive(ws, &text); err != nil {
			return
		}
		wg.Add(1)
		go func() { // want `goroutine per (message|frame) received from .*unboundedgo/receive-loop`
			defer wg.Done()
			s.exec(ws, Command{Name: text})
		}()
	}
}

// Limited is I01: eight messages of a client at once.
func (s *Server) Limited(ws *websocket.Conn) {
	sem := make(chan struct{}, 8)
	for {
		var cmd Command
		if err := websocket.JSON.Receive(ws, &cmd); err != nil {
			return
		}
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			s.exec(ws, cmd)
		}()
	}
}

// Pumps is family 12: a write pump, the handler reads.
func (s *Server) Pumps(ws *websocket.Conn) {
	out := make(chan string, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer ws.Close()
		for text := range out {
			if websocket.Message.Send(ws, text) != nil {
				return
			}
		}
	}()
	defer close(out)
	for {
		var cmd Command
		if err := websocket.JSON.Receive(ws, &cmd); err != nil {
			return
		}
		text, err := s.run(cmd)
		if err != nil {
			return
		}
		select {
		case out <- text:
		case <-done:
			return
		}
	}
}

// Routes registers the handlers.
func (s *Server) Routes(mux *http.ServeMux) {
	mux.Handle("/messages", websocket.Handler(s.Messages))
	mux.Handle("/joined", websocket.Handler(s.Joined))
	mux.Handle("/limited", websocket.Handler(s.Limited))
	mux.Handle("/pumps", websocket.Server{Handler: s.Pumps})
}
