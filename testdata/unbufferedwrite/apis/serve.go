// Package apis has the libraries whose writes end, or whose deadlines go by
// another way.
package apis

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	gorilla "github.com/gorilla/websocket"
	"github.com/hashicorp/yamux"
	"golang.org/x/crypto/ssh"
	xws "golang.org/x/net/websocket"
	"google.golang.org/grpc"
)

const timeout = 10 * time.Second

var upgrader gorilla.Upgrader

// A Hub pings its clients: WriteControl is told how long it may take.
type Hub struct {
	mu      sync.Mutex
	clients map[*gorilla.Conn]bool
}

// ServeHTTP adds a client.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	h.mu.Lock()
	h.clients[c] = true
	h.mu.Unlock()
	for {
		if _, _, err := c.NextReader(); err != nil {
			return
		}
	}
}

// Ping pings all clients.
func (h *Hub) Ping() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		c.WriteControl(gorilla.PingMessage, nil, time.Now().Add(timeout))
	}
}

// Contexts gives each message a context that ends.
func Contexts(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	for {
		kind, msg, err := c.Read(r.Context())
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		err = c.Write(ctx, kind, msg)
		if err == nil {
			err = wsjson.Write(ctx, c, len(msg))
		}
		cancel()
		if err != nil {
			return
		}
	}
}

// Echo answers on a websocket.
func Echo(c *xws.Conn) {
	for {
		var s string
		if xws.Message.Receive(c, &s) != nil {
			return
		}
		if xws.Message.Send(c, s) != nil { // want `write to c per message: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// EchoTimed gives each answer a deadline.
func EchoTimed(c *xws.Conn) {
	for {
		var s string
		if xws.Message.Receive(c, &s) != nil {
			return
		}
		c.SetWriteDeadline(time.Now().Add(timeout))
		if xws.Message.Send(c, s) != nil {
			return
		}
	}
}

// Handlers serve websockets.
var Handlers = []http.Handler{xws.Handler(Echo), xws.Handler(EchoTimed)}

// Streams is silent: the window that a stream begins with has room for an answer.
func Streams(s *yamux.Session) error {
	for {
		st, err := s.AcceptStream()
		if err != nil {
			return err
		}
		go func() {
			defer st.Close()
			io.WriteString(st, "hello")
		}()
	}
}

// StreamsEcho answers again and again, until the window is used up.
func StreamsEcho(s *yamux.Session) error {
	for {
		st, err := s.AcceptStream()
		if err != nil {
			return err
		}
		go echoLines(st)
	}
}

func echoLines(st *yamux.Stream) {
	defer st.Close()
	lines := bufio.NewScanner(st)
	for lines.Scan() {
		if _, err := st.Write(lines.Bytes()); err != nil { // want `write to st per line: a peer that does not read holds the goroutine of its stream, no write deadline ends it`
			return
		}
	}
}

// StreamsTimed gives each answer a deadline.
func StreamsTimed(s *yamux.Session) error {
	for {
		st, err := s.AcceptStream()
		if err != nil {
			return err
		}
		go func() {
			defer st.Close()
			st.SetDeadline(time.Now().Add(timeout))
			io.WriteString(st, "hello")
		}()
	}
}

// Channels have no deadlines: whoever has the connection decides.
func Channels(chans <-chan ssh.NewChannel) error {
	for nc := range chans {
		ch, reqs, err := nc.Accept()
		if err != nil {
			return err
		}
		go ssh.DiscardRequests(reqs)
		go func() {
			defer ch.Close()
			io.WriteString(ch, "hello")
		}()
	}
	return nil
}

// A Service streams: Send waits for the client's window, and ends with the
// call, whose deadline is the client's.
type Service struct{ events chan string }

// Watch sends each event.
func (s *Service) Watch(_ any, st grpc.ServerStream) error {
	for e := range s.events {
		if err := st.SendMsg(e); err != nil {
			return err
		}
	}
	return nil
}
