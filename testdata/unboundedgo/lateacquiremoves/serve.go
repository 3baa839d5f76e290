// Package lateacquiremoves takes slots in the goroutine, in the forms that can
// be moved in front of its start.
package lateacquiremoves

import (
	"context"
	"io"
	"net"
	"sync"

	"golang.org/x/sync/semaphore"
)

// A Server serves a number of connections at a time, and starts a goroutine
// for each.
type Server struct {
	sem    chan struct{}
	weight *semaphore.Weighted
	wg     sync.WaitGroup
}

// New returns a Server.
func New(n int) *Server {
	return &Server{sem: make(chan struct{}, n), weight: semaphore.NewWeighted(int64(n))}
}

// Select may be stopped while it waits.
func (s *Server) Select(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.wg.Add(1)
		go func() { // want `unboundedgo/late-acquire`
			defer s.wg.Done()
			select {
			case s.sem <- struct{}{}:
			case <-ctx.Done():
				return
			}
			defer func() { <-s.sem }()
			echo(c)
		}()
	}
}

// Weighted waits in the function that it starts.
func (s *Server) Weighted(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.weighted(ctx, c) // want `unboundedgo/late-acquire`
	}
}

func (s *Server) weighted(ctx context.Context, c net.Conn) {
	// No more than there are.
	if err := s.weight.Acquire(ctx, 1); err != nil {
		c.Close()
		return
	}
	defer s.weight.Release(1)
	echo(c)
}

func echo(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}
