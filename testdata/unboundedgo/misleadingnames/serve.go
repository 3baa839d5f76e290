// Package misleadingnames holds functions that start nothing although their
// names say so, and functions that do although they do not (family 15).
package misleadingnames

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// An inlineGroup looks like a group and runs everything in place.
type inlineGroup struct {
	err error
}

// Go runs f and keeps its error.
func (g *inlineGroup) Go(f func() error) {
	if err := f(); err != nil && g.err == nil {
		g.err = err
	}
}

// Wait returns the first error.
func (g *inlineGroup) Wait() error { return g.err }

// ServeInlineGroup is family 15: Go starts nothing.
func ServeInlineGroup(ln net.Listener) error {
	var g inlineGroup
	for {
		conn, err := ln.Accept()
		if err != nil {
			return g.Wait()
		}
		g.Go(func() error { echo(conn); return nil })
	}
}

// A logger derives loggers.
type logger struct{ *slog.Logger }

// Spawn derives a logger for a connection.
func (l logger) Spawn(name string) logger { return logger{l.With("conn", name)} }

// ServeSpawn is family 15: Spawn makes a value.
func ServeSpawn(ln net.Listener, l logger) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		l.Spawn(conn.RemoteAddr().String()).Info("accepted")
		echo(conn)
	}
}

// A ledger records what is submitted to it.
type ledger struct {
	mu   sync.Mutex
	last func()
}

// Submit keeps the latest function only.
func (l *ledger) Submit(f func()) {
	l.mu.Lock()
	l.last = f
	l.mu.Unlock()
}

// ServeSubmit is family 15: the closure is stored and nothing starts.
func ServeSubmit(ln net.Listener, l *ledger) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		l.Submit(func() { conn.Close() })
		echo(conn)
	}
}

// Async sounds like a goroutine and calls f at once.
func Async(f func()) { f() }

// ServeAsync is family 15 with a function.
func ServeAsync(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		Async(func() { echo(conn) })
	}
}

// startGoRoutine is one more name for a plain call.
func startGoRoutine(ctx context.Context, f func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f(ctx)
}

// ServeStart is family 15.
func ServeStart(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		startGoRoutine(ctx, func(context.Context) { echo(conn) })
	}
}

// A book has an Accept that is about offers, not about connections.
type book struct{ offers []int }

// Accept takes the next offer.
func (b *book) Accept() (int, bool) {
	if len(b.offers) == 0 {
		return 0, false
	}
	o := b.offers[0]
	b.offers = b.offers[1:]
	return o, true
}

// Settle is silent: Accept of something that is no listener; the list is the caller's.
func Settle(b *book, pay func(int)) {
	for {
		o, ok := b.Accept()
		if !ok {
			return
		}
		go pay(o)
	}
}

// A server whose handle does not say what it does.
type server struct{ wg sync.WaitGroup }

// Handle starts a goroutine in spite of its name.
func (s *server) Handle(conn net.Conn) {
	s.wg.Add(1)
	go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		defer s.wg.Done()
		echo(conn)
	}()
}

// ServeHandle is S01: Handle is where the goroutine starts.
func (s *server) ServeHandle(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.Handle(conn)
	}
}

// Sync starts a goroutine and does not wait for it.
func (s *server) Sync(f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
}

// ServeSync is S01 behind a name that promises the opposite.
func (s *server) ServeSync(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.Sync(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// A Semaphore counts who is in and never makes anybody wait.
type Semaphore struct {
	mu sync.Mutex
	n  int
}

// Acquire counts up.
func (s *Semaphore) Acquire() { s.mu.Lock(); s.n++; s.mu.Unlock() }

// Release counts down.
func (s *Semaphore) Release() { s.mu.Lock(); s.n--; s.mu.Unlock() }

// ServeSemaphore is S01: Acquire of this type always succeeds.
func ServeSemaphore(ln net.Listener) error {
	var sem Semaphore
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem.Acquire()
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer sem.Release()
			echo(conn)
		}()
	}
}

// A LimitListener remembers a limit that its Accept does not look at.
type LimitListener struct {
	net.Listener
	limit int
}

// ServeLimitListener is S01: the type's name is all there is to the limit.
func ServeLimitListener(inner net.Listener) error {
	ln := &LimitListener{Listener: inner, limit: 100}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// A WorkerPool starts a worker per job.
type WorkerPool struct{ wg sync.WaitGroup }

// Submit does not wait for a worker to be free.
func (p *WorkerPool) Submit(job func()) { p.wg.Go(job) }

// ServePool is S01: a pool in name only.
func ServePool(ln net.Listener) error {
	var p WorkerPool
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.Submit(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// closers is a list of cleanups, run in order at the end.
type closers []func()

// Defer adds a cleanup that runs later, in the goroutine that calls run.
func (c *closers) Defer(f func()) { *c = append(*c, f) }

func (c *closers) run() {
	for _, f := range *c {
		f()
	}
}

// ServeDeferred is family 15: the closure runs later and starts nothing.
func ServeDeferred(ln net.Listener, limit int) error {
	var cl closers
	defer cl.run()
	for range limit {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		cl.Defer(func() { conn.Close() })
		io.WriteString(conn, "bye\n")
	}
	return nil
}
