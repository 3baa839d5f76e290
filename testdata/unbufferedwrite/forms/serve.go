// Package forms has the kinds in generic types, behind aliases and with what
// other packages do.
package forms

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/forms/far"
)

// A Conn is a connection by another name.
type Conn = net.Conn

// A Socket is a websocket by another name.
type Socket = websocket.Conn

// A Response is one by another name.
type Response = http.ResponseWriter

// A Buffer is one by another name.
type Buffer = bufio.Writer

var upgrader websocket.Upgrader

// A Server is generic.
type Server[T fmt.Stringer] struct {
	parse func(string) T
}

// Serve accepts connections by another name.
func (s *Server[T]) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.serve(c)
	}
}

func (s *Server[T]) serve(c Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := io.WriteString(c, s.parse(lines.Text()).String()); err != nil { // want `no-deadline`
			return
		}
	}
}

// Far has another package write.
func Far(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(c)
	}
}

func echo(c far.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if err := far.Say(c, lines.Text()); err != nil { // want `no-deadline`
			return
		}
	}
}

// FarInTime has it write in time.
func FarInTime(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go echoInTime(c)
	}
}

func echoInTime(c far.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if err := far.SayInTime(c, lines.Text()); err != nil {
			return
		}
	}
}

// A Hub is generic.
type Hub[K comparable] struct {
	mu    sync.Mutex
	conns map[K]Conn
}

// Join adds a client.
func (h *Hub[K]) Join(ln net.Listener, key func(Conn) K) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.conns[key(c)] = c
		h.mu.Unlock()
	}
}

// Tell writes under the lock.
func (h *Hub[K]) Tell(msg string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		_, _ = io.WriteString(c, msg) // want `locked-write`
	}
}

// A link has a deadline for lines and none for beats.
type link[T any] struct {
	c    Conn
	in   chan T
	beat time.Duration
}

// Links serves them.
func Links[T any](ln net.Listener, beat time.Duration) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		l := &link[T]{c: c, in: make(chan T, 8), beat: beat}
		go l.pump()
	}
}

func (l *link[T]) pump() {
	tick := time.NewTicker(l.beat)
	defer tick.Stop()
	for {
		select {
		case v := <-l.in:
			if err := l.c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
				return
			}
			if _, err := fmt.Fprintln(l.c, v); err != nil {
				return
			}
		case <-tick.C:
			if _, err := fmt.Fprintln(l.c); err != nil { // want `sibling`
				return
			}
		}
	}
}

// Save forgets to flush a buffer by another name.
func Save[T any](name string, all []T) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var w *Buffer = bufio.NewWriter(f) // want `no-drain`
	for _, v := range all {
		if _, err := fmt.Fprintln(w, v); err != nil {
			return err
		}
	}
	return nil
}

// Saved has another package flush.
func Saved[T any](name string, all []T) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for _, v := range all {
		if _, err := fmt.Fprintln(w, v); err != nil {
			return err
		}
	}
	return far.Finish(w)
}

// Events streams to a response by another name.
func Events[T any](events <-chan T) http.HandlerFunc {
	return func(w Response, r *http.Request) {
		f, ok := w.(http.Flusher)
		if !ok {
			return
		}
		for {
			select {
			case e := <-events:
				fmt.Fprintln(w, e)
				f.Flush() // want `stream`
			case <-r.Context().Done():
				return
			}
		}
	}
}

// Clock tells the time to a websocket by another name, and reads nothing.
func Clock(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	tell(c)
}

func tell(c *Socket) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for now := range tick.C {
		if c.SetWriteDeadline(now.Add(time.Second)) != nil || c.WriteJSON(now) != nil { // want `never-reads`
			return
		}
	}
}
