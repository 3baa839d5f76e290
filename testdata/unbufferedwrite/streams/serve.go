// Package streams answers on streams whose window the peer opens.
package streams

import (
	"context"
	"io"
	"time"

	"github.com/quic-go/quic-go"
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
