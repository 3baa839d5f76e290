// Package groups starts goroutines through groups, with and without a limit of
// their own.
package groups

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Hash reads the files in dir.
func Hash(ctx context.Context, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, e := range entries {
		g.Go(func() error { return hash(ctx, filepath.Join(dir, e.Name())) }) // want `unboundedgo/fan-out`
		g.Go(func() error {                                                   // want `unboundedgo/fan-out`
			return hash(ctx, filepath.Join(dir, e.Name()+".sum"))
		})
	}
	return g.Wait()
}

func hash(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

// Count has a WaitGroup, which knows no limit.
func Count(ctx context.Context, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, e := range entries {
		wg.Go(func() { hash(ctx, e.Name()) }) // want `unboundedgo/fan-out`
	}
	wg.Wait()
	return nil
}

// Serve starts what the group is given by name.
func Serve(ln net.Listener, wg *sync.WaitGroup) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &session{c}
		wg.Go(s.run) // want `unboundedgo/accept-loop`
	}
}

type session struct{ c net.Conn }

func (s *session) run() {
	defer s.c.Close()
	io.Copy(s.c, s.c)
}

// Try has a group say whether there is room: without a limit there always is.
func Try(ln net.Listener) error {
	var g errgroup.Group
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &session{c}
		if !g.TryGo(func() error { s.run(); return nil }) { // want `unboundedgo/accept-loop`
			c.Close()
		}
	}
}

// TryLimited is silent: a group with a limit says no.
func TryLimited(ln net.Listener) error {
	var g errgroup.Group
	g.SetLimit(100)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s := &session{c}
		if !g.TryGo(func() error { s.run(); return nil }) {
			c.Close()
		}
	}
}
