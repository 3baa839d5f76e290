// Package lockedsend sends under the lock that closing needs.
package lockedsend

import (
	"context"
	"errors"
	"sync"
)

var errClosed = errors.New("closed")

// A Log is shipped by a goroutine.
type Log struct {
	mu     sync.RWMutex
	closed bool
	lines  chan string
}

// New starts the goroutine.
func New(ship func(string)) *Log {
	l := &Log{lines: make(chan string, 64)}
	go func() {
		for s := range l.lines {
			ship(s)
		}
	}()
	return l
}

// Print holds the lock while it waits.
func (l *Log) Print(s string) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return errClosed
	}
	l.lines <- s // want `send on l.lines waits under l.mu, which Close needs to close it: a consumer that stalls holds up both \(semwait/shared-send\)`
	return nil
}

// Note cannot tell that it has dropped something.
func (l *Log) Note(s string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.closed {
		l.lines <- s // want `shared-send`
	}
}

// PrintCtx gives up with the context.
func (l *Log) PrintCtx(ctx context.Context, s string) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return errClosed
	}
	select {
	case l.lines <- s:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes it.
func (l *Log) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.lines)
	}
}

// A Plain log has a lock for something else.
type Plain struct {
	mu    sync.Mutex
	n     int
	lines chan string
}

// Print counts under the lock and sends outside.
func (p *Plain) Print(s string) {
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	p.lines <- s
}

// Close needs it as well.
func (p *Plain) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.lines)
}
