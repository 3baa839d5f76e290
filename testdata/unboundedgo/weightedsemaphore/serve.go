// Package weightedsemaphore holds limits made of x/sync/semaphore (I03).
package weightedsemaphore

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I03: Acquire waits, a failure ends the loop.
func Serve(ctx context.Context, ln net.Listener) error {
	sem := semaphore.NewWeighted(512)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := sem.Acquire(ctx, 1); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer sem.Release(1)
			echo(conn)
		}()
	}
}

// ServeTry is I03: TryAcquire refuses what does not fit.
func ServeTry(ln net.Listener, limit int64) error {
	sem := semaphore.NewWeighted(limit)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !sem.TryAcquire(1) {
			conn.Close()
			continue
		}
		go func() {
			defer sem.Release(1)
			echo(conn)
		}()
	}
}

// A Gateway shares one semaphore between its listeners.
type Gateway struct {
	sem *semaphore.Weighted
	wg  sync.WaitGroup
}

// NewGateway admits limit connections over all listeners.
func NewGateway(limit int64) *Gateway {
	return &Gateway{sem: semaphore.NewWeighted(limit)}
}

// Serve is I03: the release is in the callee of the go statement.
func (g *Gateway) Serve(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if g.sem.Acquire(ctx, 1) != nil {
			conn.Close()
			return ctx.Err()
		}
		g.wg.Add(1)
		go g.handle(conn)
	}
}

func (g *Gateway) handle(conn net.Conn) {
	defer g.wg.Done()
	defer g.sem.Release(1)
	echo(conn)
}

// ServeWeighted is I33: datagrams are weighed by their size.
func (g *Gateway) ServeWeighted(ctx context.Context, pc net.PacketConn, relay func([]byte)) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		if err := g.sem.Acquire(ctx, int64(n)); err != nil {
			return err
		}
		go func() {
			defer g.sem.Release(int64(n))
			relay(buf[:n])
		}()
	}
}

// maxBytes is a weight and no number of goroutines.
const maxBytes = 64 << 20

// ServeBytes is I33: a large semaphore, of which each datagram takes as much as it has bytes.
func ServeBytes(ctx context.Context, pc net.PacketConn, relay func([]byte)) error {
	sem := semaphore.NewWeighted(maxBytes)
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		weight := int64(n) + 512
		if !sem.TryAcquire(weight) {
			continue
		}
		go func() {
			defer sem.Release(weight)
			relay(buf[:n])
		}()
	}
}

// Scan is I03: file I/O per entry under a weighted semaphore, in an errgroup that has no limit of its own.
func Scan(ctx context.Context, dir string, visit func(io.Reader) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	sem := semaphore.NewWeighted(8)
	g, ctx := errgroup.WithContext(ctx)
	for _, e := range entries {
		if err := sem.Acquire(ctx, 1); err != nil {
			break
		}
		g.Go(func() error {
			defer sem.Release(1)
			f, err := os.Open(filepath.Join(dir, e.Name()))
			if err != nil {
				return err
			}
			defer f.Close()
			return visit(f)
		})
	}
	return g.Wait()
}
