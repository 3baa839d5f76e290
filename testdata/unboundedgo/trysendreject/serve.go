// Package trysendreject holds hand-offs that drop, refuse or close when there
// is no room (I14).
package trysendreject

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// A Server hands connections to workers that were started once.
type Server struct {
	conns   chan net.Conn
	slots   chan struct{}
	dropped atomic.Int64
}

// New starts the workers.
func New(n int) *Server {
	s := &Server{conns: make(chan net.Conn, n), slots: make(chan struct{}, n)}
	for range n {
		go s.work()
	}
	return s
}

func (s *Server) work() {
	for conn := range s.conns {
		echo(conn)
	}
}

// Close is I14: the default closes the connection.
func (s *Server) Close(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case s.conns <- conn:
		default:
			conn.Close()
		}
	}
}

// Grace is I14 with a timer: a short wait, then a refusal.
func (s *Server) Grace(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		t := time.NewTimer(100 * time.Millisecond)
		select {
		case s.slots <- struct{}{}:
			t.Stop()
		case <-t.C:
			io.WriteString(conn, "busy\n")
			conn.Close()
			continue
		}
		go func() {
			defer func() { <-s.slots }()
			echo(conn)
		}()
	}
}

// Nested is I14: two tries, the second one with a timer, then a drop.
func (s *Server) Nested(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case s.slots <- struct{}{}:
		default:
			s.dropped.Add(1)
			select {
			case s.slots <- struct{}{}:
			case <-time.After(time.Second):
				conn.Close()
				continue
			}
		}
		go func() {
			defer func() { <-s.slots }()
			echo(conn)
		}()
	}
}

// Ok is I14: the select leaves a bool behind that decides.
func (s *Server) Ok(pc net.PacketConn, relay func([]byte) error) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		var ok bool
		select {
		case s.slots <- struct{}{}:
			ok = true
		default:
		}
		if !ok {
			s.dropped.Add(1)
			continue
		}
		go func() {
			defer func() { <-s.slots }()
			relay(buf[:n])
		}()
	}
}

// Len is I07: the channel's length is looked at before the send that cannot then block.
func (s *Server) Len(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if len(s.slots) == cap(s.slots) {
			log.Printf("refused %v", conn.RemoteAddr())
			conn.Close()
			continue
		}
		s.slots <- struct{}{}
		go func() {
			defer func() { <-s.slots }()
			echo(conn)
		}()
	}
}

// ServeHTTP is I14 in a handler: 429 when there is no slot.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.FormValue("target")
	select {
	case s.slots <- struct{}{}:
		go func() {
			defer func() { <-s.slots }()
			resp, err := http.Get(target)
			if err == nil {
				resp.Body.Close()
			}
		}()
		w.WriteHeader(http.StatusAccepted)
	default:
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	}
}

// Stop is I15: the send ends with the server.
func (s *Server) Stop(ln net.Listener, stop <-chan struct{}) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case <-stop:
			conn.Close()
			return nil
		case s.slots <- struct{}{}:
			go func() {
				echo(conn)
				<-s.slots
			}()
		}
	}
}
