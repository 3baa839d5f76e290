// Package optout holds limits that are on by default and that an operator may
// turn off (family 18).
package optout

import (
	"io"
	"net"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
)

const defaultMax = 1000

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is family 18: the loop without a limit runs only when max is negative.
func Serve(ln net.Listener, max int) error {
	if max == 0 {
		max = defaultMax
	}
	if max < 0 {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return err
			}
			go echo(conn)
		}
	}
	sem := make(chan struct{}, max)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// A Config has a maximum; zero means the default.
type Config struct {
	MaxConns int
}

// A Server has a semaphore unless the operator asked for none.
type Server struct {
	sem chan struct{}
}

// New applies the default.
func New(cfg Config) *Server {
	s := &Server{}
	switch {
	case cfg.MaxConns == 0:
		s.sem = make(chan struct{}, defaultMax)
	case cfg.MaxConns > 0:
		s.sem = make(chan struct{}, cfg.MaxConns)
	}
	return s
}

// Serve is family 18: the semaphore is nil only when it was turned off.
func (s *Server) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if s.sem == nil {
			go echo(conn)
			continue
		}
		select {
		case s.sem <- struct{}{}:
			go func() {
				defer func() { <-s.sem }()
				echo(conn)
			}()
		default:
			conn.Close()
		}
	}
}

// Listen is family 18: the listener is limited unless max is negative.
func Listen(addr string, max int) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if max == 0 {
		max = defaultMax
	}
	if max > 0 {
		ln = netutil.LimitListener(ln, max)
	}
	return ln, nil
}

// Run accepts on what Listen returned.
func Run(addr string, max int) error {
	ln, err := Listen(addr, max)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn)
	}
}

// RunGroup is family 18: SetLimit gets -1 only where the operator said so.
func RunGroup(ln net.Listener, cfg Config) error {
	limit := defaultMax
	if cfg.MaxConns != 0 {
		limit = cfg.MaxConns
	}
	var g errgroup.Group
	g.SetLimit(limit)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.Go(func() error { echo(conn); return nil })
	}
}
