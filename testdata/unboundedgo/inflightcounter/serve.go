// Package inflightcounter holds counters of what is running, compared before
// the spawn, with a refusal when there are too many (I06).
package inflightcounter

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

const maxActive = 1000

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I06: add, compare, take back.
func Serve(ln net.Listener) error {
	var active atomic.Int64
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if active.Add(1) > maxActive {
			active.Add(-1)
			conn.Close()
			continue
		}
		go func() {
			defer active.Add(-1)
			echo(conn)
		}()
	}
}

// A Server counts in a field.
type Server struct {
	ln       net.Listener
	max      int32
	active   int32
	mu       sync.Mutex
	sessions map[net.Conn]struct{}
	open     int
	queries  atomic.Int64
	relay    func([]byte) error
}

// ServeAtomic is I06 with the functions of sync/atomic; the goroutine's callee counts down.
func (s *Server) ServeAtomic() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if n := atomic.AddInt32(&s.active, 1); n > s.max {
			atomic.AddInt32(&s.active, -1)
			conn.Close()
			continue
		}
		go s.handle(conn)
	}
}

func (s *Server) handle(conn net.Conn) {
	defer atomic.AddInt32(&s.active, -1)
	echo(conn)
}

// ServeLoadAdd is I06: load, compare, add; the loop is the only one that adds.
func (s *Server) ServeLoadAdd() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if atomic.LoadInt32(&s.active) >= s.max {
			conn.Close()
			continue
		}
		atomic.AddInt32(&s.active, 1)
		go func() {
			defer atomic.AddInt32(&s.active, -1)
			echo(conn)
		}()
	}
}

// ServeMutex is I06 with an int under a lock.
func (s *Server) ServeMutex() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		if s.open >= int(s.max) {
			s.mu.Unlock()
			io.WriteString(conn, "too many connections\n")
			conn.Close()
			continue
		}
		s.open++
		s.mu.Unlock()
		go func() {
			defer func() {
				s.mu.Lock()
				s.open--
				s.mu.Unlock()
			}()
			echo(conn)
		}()
	}
}

// ServeMap is I07: the length of the map of open sessions.
func (s *Server) ServeMap() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if !s.add(conn) {
			conn.Close()
			continue
		}
		go func() {
			defer s.remove(conn)
			echo(conn)
		}()
	}
}

func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sessions) >= maxActive {
		return false
	}
	s.sessions[conn] = struct{}{}
	return true
}

func (s *Server) remove(conn net.Conn) {
	s.mu.Lock()
	delete(s.sessions, conn)
	s.mu.Unlock()
}

var errTooMany = errors.New("too many")

func (s *Server) enter() error {
	if s.queries.Add(1) > maxActive {
		s.queries.Add(-1)
		return errTooMany
	}
	return nil
}

func (s *Server) leave() { s.queries.Add(-1) }

// Packets is I06 with enter and leave.
func (s *Server) Packets(pc net.PacketConn) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		if s.enter() != nil {
			continue
		}
		go func() {
			defer s.leave()
			s.relay(buf[:n])
		}()
	}
}

// PerClient is I07: a goroutine per new address while the table has room.
func PerClient(conn *net.UDPConn, backend string, maxClients int) error {
	var mu sync.Mutex
	clients := make(map[string]net.Conn)
	buf := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFromUDP(buf)
		if err != nil {
			return err
		}
		key := from.String()
		mu.Lock()
		up, ok := clients[key]
		if !ok {
			if len(clients) >= maxClients {
				mu.Unlock()
				continue
			}
			if up, err = net.Dial("udp", backend); err != nil {
				mu.Unlock()
				continue
			}
			clients[key] = up
			go func() {
				io.Copy(io.Discard, up)
				mu.Lock()
				delete(clients, key)
				mu.Unlock()
			}()
		}
		mu.Unlock()
		up.Write(buf[:n])
	}
}

// ServeHTTP is I06 in a handler: the goroutine outlives the request and stays counted.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.enter(); err != nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err != nil {
		s.leave()
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	go func() {
		defer s.leave()
		s.relay(body)
	}()
	w.WriteHeader(http.StatusAccepted)
}

// ServeCAS is I06: a compare-and-swap loop counts up while there is room.
func (s *Server) ServeCAS() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if !s.casEnter() {
			conn.Close()
			continue
		}
		go func() {
			defer s.leave()
			echo(conn)
		}()
	}
}

func (s *Server) casEnter() bool {
	for {
		n := s.queries.Load()
		if n >= maxActive {
			return false
		}
		if s.queries.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// ServeDown is I06 counting down what is left.
func ServeDown(ln net.Listener, limit int64) error {
	var left atomic.Int64
	left.Store(limit)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if left.Add(-1) < 0 {
			left.Add(1)
			conn.Close()
			continue
		}
		go func() {
			defer left.Add(1)
			echo(conn)
		}()
	}
}
