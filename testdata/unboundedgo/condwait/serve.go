// Package condwait holds loops that wait on a condition or poll until there is
// room for one more goroutine (I13).
package condwait

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// A Server waits while active is at its maximum.
type Server struct {
	mu     sync.Mutex
	cond   *sync.Cond
	active int
	max    int
}

// New makes a server.
func New(max int) *Server {
	s := &Server{max: max}
	s.cond = sync.NewCond(&s.mu)
	return s
}

// Serve is I13: wait in the loop, signal in the goroutine.
func (s *Server) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		for s.active >= s.max {
			s.cond.Wait()
		}
		s.active++
		s.mu.Unlock()
		go func() {
			defer s.leave()
			echo(conn)
		}()
	}
}

func (s *Server) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.active >= s.max {
		s.cond.Wait()
	}
	s.active++
}

func (s *Server) leave() {
	s.mu.Lock()
	s.active--
	s.mu.Unlock()
	s.cond.Signal()
}

// ServeHelper is I13 with enter and leave, before Accept.
func (s *Server) ServeHelper(ln net.Listener) error {
	for {
		s.enter()
		conn, err := ln.Accept()
		if err != nil {
			s.leave()
			return err
		}
		go func() {
			defer s.leave()
			echo(conn)
		}()
	}
}

// ServePoll is I13 without a condition: the loop sleeps while it is full.
func ServePoll(ln net.Listener, max int64) error {
	var active atomic.Int64
	for {
		for active.Load() >= max {
			time.Sleep(10 * time.Millisecond)
		}
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		active.Add(1)
		go func() {
			defer active.Add(-1)
			echo(conn)
		}()
	}
}

// ServeWake is I13 with a channel that the goroutines signal.
func (s *Server) ServeWake(ln net.Listener) error {
	wake := make(chan struct{}, 1)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		for !s.tryEnter() {
			<-wake
		}
		go func() {
			echo(conn)
			s.leave()
			select {
			case wake <- struct{}{}:
			default:
			}
		}()
	}
}

func (s *Server) tryEnter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active >= s.max {
		return false
	}
	s.active++
	return true
}
