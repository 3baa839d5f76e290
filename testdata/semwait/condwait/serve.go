// Package condwait waits for conditions.
package condwait

import (
	"context"
	"io"
	"net"
	"sync"
)

// A Quota has room for some.
type Quota struct {
	mu     sync.Mutex
	cond   *sync.Cond
	used   int
	max    int
	closed bool
}

// Enter waits for room, whatever the context says.
func (q *Quota) Enter() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.used >= q.max {
		q.cond.Wait()
	}
	q.used++
}

// EnterOpen stops waiting when the quota is closed.
func (q *Quota) EnterOpen() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.used >= q.max && !q.closed {
		q.cond.Wait()
	}
	if q.closed {
		return false
	}
	q.used++
	return true
}

// EnterCtx is woken when the context ends.
func (q *Quota) EnterCtx(ctx context.Context) error {
	stop := context.AfterFunc(ctx, q.cond.Broadcast)
	defer stop()
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.used >= q.max && ctx.Err() == nil {
		q.cond.Wait()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	q.used++
	return nil
}

// Leave makes room.
func (q *Quota) Leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used--
	q.cond.Signal()
}

func fetch(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(io.Discard, c)
	return err
}

// Fetch waits for a condition that no context ends.
func Fetch(ctx context.Context, q *Quota, addr string) error {
	q.Enter() // want `wait for a slot of q lasts as long as holders that wait for peers: ctx cannot end it`
	defer q.Leave()
	return fetch(addr)
}

// FetchOpen ends when the quota is closed.
func FetchOpen(ctx context.Context, q *Quota, addr string) error {
	if !q.EnterOpen() {
		return net.ErrClosed
	}
	defer q.Leave()
	return fetch(addr)
}

// FetchCtx ends with the context.
func FetchCtx(ctx context.Context, q *Quota, addr string) error {
	if err := q.EnterCtx(ctx); err != nil {
		return err
	}
	defer q.Leave()
	return fetch(addr)
}
