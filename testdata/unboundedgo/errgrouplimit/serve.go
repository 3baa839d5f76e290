// Package errgrouplimit holds errgroups that have a limit (I04).
package errgrouplimit

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
)

func echo(conn net.Conn) error {
	defer conn.Close()
	_, err := io.Copy(conn, conn)
	return err
}

// Serve is I04: Go waits when a hundred goroutines are running.
func Serve(ln net.Listener) error {
	var g errgroup.Group
	g.SetLimit(100)
	for {
		conn, err := ln.Accept()
		if err != nil {
			break
		}
		g.Go(func() error { return echo(conn) })
	}
	return g.Wait()
}

// ServeTry is I04 with TryGo: over the limit the connection is closed.
func ServeTry(ctx context.Context, ln net.Listener, limit int) error {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for {
		conn, err := ln.Accept()
		if err != nil {
			break
		}
		if !g.TryGo(func() error { return echo(conn) }) {
			conn.Close()
		}
	}
	return g.Wait()
}

// A Scanner has a group in a field; the constructor sets its limit.
type Scanner struct {
	group *errgroup.Group
	root  string
}

// NewScanner makes a scanner that reads as many files at once as there are CPUs.
func NewScanner(root string) *Scanner {
	g := new(errgroup.Group)
	g.SetLimit(runtime.NumCPU())
	return &Scanner{group: g, root: root}
}

// Scan is I04: the limit was set in the constructor.
func (s *Scanner) Scan(visit func(io.Reader) error) error {
	entries, err := os.ReadDir(s.root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		s.group.Go(func() error {
			f, err := os.Open(filepath.Join(s.root, e.Name()))
			if err != nil {
				return err
			}
			defer f.Close()
			return visit(f)
		})
	}
	return s.group.Wait()
}

// limited makes a group with a limit.
func limited(ctx context.Context, n int) (*errgroup.Group, context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(n)
	return g, ctx
}

// ScanHelper is I04: the group comes limited out of a helper.
func ScanHelper(ctx context.Context, paths []string, visit func(context.Context, string) error) error {
	g, ctx := limited(ctx, 8)
	for _, p := range paths {
		g.Go(func() error { return visit(ctx, p) })
	}
	return g.Wait()
}

// ScanGlob is I04: a helper sets the limit on the caller's group.
func ScanGlob(pattern string, visit func(string) error) error {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	var g errgroup.Group
	configure(&g)
	for _, name := range files {
		g.Go(func() error { return visit(name) })
	}
	return g.Wait()
}

func configure(g *errgroup.Group) { g.SetLimit(4) }

// A Server embeds its group by value.
type Server struct {
	errgroup.Group
	ln net.Listener
}

// Run is I04 on an embedded group.
func (s *Server) Run(limit int) error {
	s.SetLimit(limit)
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return s.Wait()
		}
		s.Go(func() error { return echo(conn) })
	}
}

// ServeHelper is I04: the group is a parameter, the only caller set its limit.
func ServeHelper(ln net.Listener) error {
	g := &errgroup.Group{}
	g.SetLimit(32)
	accept(ln, g)
	return g.Wait()
}

func accept(ln net.Listener, g *errgroup.Group) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		g.Go(func() error { return echo(conn) })
	}
}
