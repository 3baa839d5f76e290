// Package slotheld holds slots while peers think.
package slotheld

import (
	"bufio"
	"context"
	"io"
	"net"
	"time"
)

// A Server has workers for all connections together.
type Server struct{ workers chan struct{} }

func (s *Server) acquire(ctx context.Context) bool {
	select {
	case s.workers <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// Serve lets idle clients hold the workers.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if !s.acquire(ctx) {
			_ = c.Close()
			return nil
		}
		go func() {
			defer func() { <-s.workers }()
			s.handle(c)
		}()
	}
}

func (s *Server) handle(c net.Conn) {
	defer c.Close()
	head := make([]byte, 4)
	if _, err := io.ReadFull(c, head); err != nil { // want `slot of s.workers is held while c is read without a deadline: peers that send nothing hold them all \(semwait/slot-held\)`
		return
	}
}

// ServeInTime gives them a minute.
func (s *Server) ServeInTime(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if !s.acquire(ctx) {
			_ = c.Close()
			return nil
		}
		go func() {
			defer func() { <-s.workers }()
			if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				return
			}
			s.handleLine(c)
		}()
	}
}

func (s *Server) handleLine(c net.Conn) {
	defer c.Close()
	_, _ = bufio.NewReader(c).ReadSlice('\n')
}

// ServeRead reads first and takes a slot for the work.
func (s *Server) ServeRead(ctx context.Context, ln net.Listener, work func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		buf := make([]byte, 512)
		n, err := c.Read(buf)
		if err != nil {
			continue
		}
		if !s.acquire(ctx) {
			return nil
		}
		work(buf[:n])
		<-s.workers
	}
}

// accept says how many connections there may be, and no more than that: how
// long one may be idle is not the semaphore's to say.
func accept(ln net.Listener) error {
	conns := make(chan struct{}, 256)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		conns <- struct{}{}
		go func() {
			defer func() { <-conns }()
			defer c.Close()
			_, _ = io.Copy(c, c)
		}()
	}
}
