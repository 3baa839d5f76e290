// Package watchdogs has clocks beside writes: those that end them, and those
// that have something else to do.
package watchdogs

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// A Server answers lines.
type Server struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
	done  chan struct{}
}

// Serve listens where other machines can connect.
func (s *Server) Serve() error {
	ln, err := net.Listen("tcp", ":7777")
	if err != nil {
		return err
	}
	return s.serve(ln)
}

// ServeLocal listens on a socket of this machine: the same code serves both.
func (s *Server) ServeLocal(path string) error {
	ln, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	return s.serve(ln)
}

func (s *Server) serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		go s.answer(c)
	}
}

func (s *Server) answer(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		if _, err := c.Write(lines.Bytes()); err != nil { // want `write to c per line: .*unbufferedwrite/no-deadline`
			return
		}
	}
}

// Shutdown looks at the clock, while everything ends: that is no watchdog of
// the writes before.
func (s *Server) Shutdown() {
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		s.mu.Lock()
		for c := range s.conns {
			c.Close()
		}
		n := len(s.conns)
		s.mu.Unlock()
		if n == 0 {
			return
		}
		<-poll.C
	}
}

// A Reporter calls somebody else at each tick: it closes its own connection.
type Reporter struct{ to string }

// Run reports.
func (r *Reporter) Run(ln net.Listener) {
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for {
					report(c) // the deadline is the other caller's
				}
			}()
		}
	}()
	for range time.Tick(time.Second) {
		r.once()
	}
}

func (r *Reporter) once() {
	c, err := net.DialTimeout("tcp", r.to, time.Second)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	report(c)
}

func report(c net.Conn) {
	fmt.Fprintln(c, os.Getpid()) // want `write to c has a write deadline on some ways to it only: .*unbufferedwrite/sibling`
}

// A Swept server closes connections that are over their time: its writes end.
type Swept struct {
	mu    sync.Mutex
	conns map[*swept]bool
}

type swept struct {
	c    net.Conn
	last time.Time
}

// Serve accepts.
func (s *Swept) Serve(ln net.Listener) error {
	go func() {
		for now := range time.Tick(time.Second) {
			s.mu.Lock()
			for c := range s.conns {
				if now.Sub(c.last) > time.Minute {
					c.c.Close()
				}
			}
			s.mu.Unlock()
		}
	}()
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		sw := &swept{c: c, last: time.Now()}
		s.mu.Lock()
		s.conns[sw] = true
		s.mu.Unlock()
		go sw.answer()
	}
}

func (s *swept) answer() {
	lines := bufio.NewScanner(s.c)
	for lines.Scan() {
		s.c.Write(lines.Bytes())
	}
}
