// Package gatehelper holds gates of another package: Start before the spawn,
// Done in it, also through helpers with callbacks (I11).
package gatehelper

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/gatehelper/gate"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// A Server has a gate.
type Server struct {
	ln   net.Listener
	gate gate.Gate
}

// New makes a server for n connections.
func New(ln net.Listener, n int) *Server {
	return &Server{ln: ln, gate: gate.New(n)}
}

// Serve is I11: Start before the spawn, Done in it.
func (s *Server) Serve(ctx context.Context) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := s.gate.Start(ctx); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer s.gate.Done()
			echo(conn)
		}()
	}
}

// ServeGo is I11: the helper starts the goroutine.
func (s *Server) ServeGo(ctx context.Context) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := gate.Go(ctx, s.gate, func() { echo(conn) }); err != nil {
			conn.Close()
			return err
		}
	}
}

// HashDir is I11: the helper passes the gate before it calls the group's Go.
func HashDir(ctx context.Context, dir string, hash func(io.Reader) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	limit := gate.New(8)
	g, ctx := errgroup.WithContext(ctx)
	for _, e := range entries {
		err := gate.Spawn(ctx, limit, g.Go, func() error {
			f, err := os.Open(filepath.Join(dir, e.Name()))
			if err != nil {
				return err
			}
			defer f.Close()
			return hash(f)
		})
		if err != nil {
			break
		}
	}
	return g.Wait()
}
