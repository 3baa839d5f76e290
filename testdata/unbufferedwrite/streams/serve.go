// Package streams answers on streams whose window the peer opens.
package streams

import (
	"context"
	"io"
	"net"
	"time"

	"github.com/quic-go/quic-go"

	"github.com/backpressure-go/backpressure/testdata/unbufferedwrite/streams/pool"
)

// Serve answers each stream of a connection once.
func Serve(ctx context.Context, conn *quic.Conn, slots chan struct{}) error {
	for {
		s, err := conn.AcceptStream(ctx)
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			answer(&writer{s})
		}()
	}
}

type writer struct{ stream *quic.Stream }

func answer(w *writer) {
	w.stream.SetReadDeadline(time.Now().Add(time.Second))
	msg, err := io.ReadAll(io.LimitReader(w.stream, 4096))
	if err != nil {
		return
	}
	w.Write(msg)
}

// Write writes one answer.
func (w *writer) Write(p []byte) (int, error) {
	return w.stream.Write(p) // want `write to w\.stream: the peer decides when its stream takes more, a goroutine waits for each, no write deadline ends it`
}

// ServeTimed gives each answer a second.
func ServeTimed(ctx context.Context, conn *quic.Conn) error {
	for {
		s, err := conn.AcceptStream(ctx)
		if err != nil {
			return err
		}
		go func() {
			s.SetWriteDeadline(time.Now().Add(time.Second))
			s.Write([]byte("hello"))
			s.Close()
		}()
	}
}

// ServePool is silent: there is room for one answer in the window that a stream of
// the pool's begins with.
func ServePool(c *pool.Conn) error {
	for {
		s, err := c.AcceptStream()
		if err != nil {
			return err
		}
		go acknowledge(s)
	}
}

// ServeCounted is silent, too: what the other package makes of them has not less.
func ServeCounted(c *pool.Conn) error {
	for {
		s, err := c.AcceptCounted()
		if err != nil {
			return err
		}
		go handleCounted(s)
	}
}

func handleCounted(s net.Conn) { acknowledge(s) }

func acknowledge(s net.Conn) {
	defer s.Close()
	s.Write([]byte("ok"))
}
