// Package idleclients answers questions, a few at a time, and has clients that
// ask nothing hold what those who do are waiting for.
package idleclients

import (
	"context"
	"io"
	"net"
)

// atOnce is how many clients are served at a time.
const atOnce = 8

// question is the length of one.
const question = 8

// A Server answers one question of each client.
type Server struct {
	answer  func(question []byte) []byte
	workers chan struct{}
}

// NewServer returns a server that has answer know.
func NewServer(answer func(question []byte) []byte) *Server {
	return &Server{answer: answer, workers: make(chan struct{}, atOnce)}
}

// Serve accepts connections until ln is closed.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.serve(ctx, c)
	}
}

// serve answers one client.
func (s *Server) serve(ctx context.Context, c net.Conn) {
	defer c.Close()
	select {
	case s.workers <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-s.workers }()
	buf := make([]byte, question)
	if _, err := io.ReadFull(c, buf); err != nil { // want `slot of s.workers is held while c is read without a deadline: peers that send nothing hold them all \(semwait/slot-held\)`
		return
	}
	_, _ = c.Write(s.answer(buf)) // the client may have gone
}
