// Package quotaobject holds quotas: an atomic count that makes the caller wait
// on a channel once it is used up (I06b), and budgets of bytes.
package quotaobject

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// A quota admits n holders; the others wait until one of them is done.
type quota struct {
	left atomic.Int64
	wake chan struct{}
}

func newQuota(n int64) *quota {
	q := &quota{wake: make(chan struct{})}
	q.left.Store(n)
	return q
}

func (q *quota) acquire(ctx context.Context) error {
	if q.left.Add(-1) >= 0 {
		return nil
	}
	select {
	case <-q.wake:
		return nil
	case <-ctx.Done():
		q.left.Add(1)
		return ctx.Err()
	}
}

func (q *quota) release() {
	if q.left.Add(1) <= 0 {
		q.wake <- struct{}{}
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I06b: acquire before the spawn, release in it.
func Serve(ctx context.Context, ln net.Listener) error {
	q := newQuota(100)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := q.acquire(ctx); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer q.release()
			echo(conn)
		}()
	}
}

// A workers pool runs closures that release by themselves.
type workers struct {
	jobs chan func()
}

// run hands f to an idle worker or starts one; how many there are is for the quota.
func (w *workers) run(f func()) {
	select {
	case w.jobs <- f:
	default:
		go w.work(f)
	}
}

func (w *workers) work(f func()) {
	for {
		f()
		select {
		case f = <-w.jobs:
		default:
			return
		}
	}
}

// ServeWorkers is I06b: the release is in the closure that a pooled worker runs.
func ServeWorkers(ctx context.Context, ln net.Listener) error {
	q := newQuota(100)
	w := &workers{jobs: make(chan func())}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := q.acquire(ctx); err != nil {
			conn.Close()
			return err
		}
		w.run(func() {
			defer q.release()
			echo(conn)
		})
	}
}

// A budget is a number of bytes in flight (I33).
type budget struct {
	mu   sync.Mutex
	cond sync.Cond
	free int
}

func newBudget(n int) *budget {
	b := &budget{free: n}
	b.cond.L = &b.mu
	return b
}

func (b *budget) reserve(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.free < n {
		b.cond.Wait()
	}
	b.free -= n
}

func (b *budget) refund(n int) {
	b.mu.Lock()
	b.free += n
	b.mu.Unlock()
	b.cond.Broadcast()
}

// Packets is I33: bytes are reserved before the spawn and refunded in it.
func Packets(pc net.PacketConn, relay func([]byte) error) error {
	b := newBudget(1 << 20)
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		b.reserve(n)
		go func() {
			defer b.refund(n)
			relay(buf[:n])
		}()
	}
}
