// Package registry keeps the connections of a server.
package registry

import (
	"net"
	"sync"
)

// A Set holds the open connections, as many as there are.
type Set struct {
	mu     sync.Mutex
	closed bool
	m      map[net.Conn]struct{}
}

// Add enters c; it reports false once the set is closed.
func (s *Set) Add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.m[c] = struct{}{}
	return true
}

// Remove takes c out.
func (s *Set) Remove(c net.Conn) {
	s.mu.Lock()
	delete(s.m, c)
	s.mu.Unlock()
}

// A Capped holds no more than Max connections.
type Capped struct {
	mu  sync.Mutex
	Max int
	m   map[net.Conn]struct{}
}

// Add enters c; it reports false when there are too many.
func (s *Capped) Add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.m) >= s.Max {
		return false
	}
	s.m[c] = struct{}{}
	return true
}

// Remove takes c out.
func (s *Capped) Remove(c net.Conn) {
	s.mu.Lock()
	delete(s.m, c)
	s.mu.Unlock()
}
