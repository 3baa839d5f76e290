// Package semaphoretype holds limits made of semaphore types of the project's
// own, in this package and in another one (I03b).
package semaphoretype

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/semaphoretype/slots"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// ServeAcquire is I03b: a channel type with methods.
func ServeAcquire(ln net.Listener) error {
	sem := slots.New(64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem.Acquire()
		go func() {
			defer sem.Release()
			echo(conn)
		}()
	}
}

// ServeContext is I03b: the wait ends with the context and says so.
func ServeContext(ctx context.Context, ln net.Listener) error {
	sem := slots.New(64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !sem.AcquireContext(ctx) {
			conn.Close()
			return ctx.Err()
		}
		go func() {
			defer sem.Release()
			echo(conn)
		}()
	}
}

// ServeTry is I03b with I14.
func ServeTry(ln net.Listener) error {
	sem := slots.New(64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if sem.TryAcquire() {
			go func() {
				defer sem.Release()
				echo(conn)
			}()
		} else {
			conn.Close()
		}
	}
}

// ServeCounted is I03b: the semaphore waits on a condition.
func ServeCounted(ln net.Listener) error {
	sem := slots.NewCounted(64)
	for {
		sem.Take()
		conn, err := ln.Accept()
		if err != nil {
			sem.Give()
			return err
		}
		go func() {
			defer sem.Give()
			echo(conn)
		}()
	}
}

// ServeTicket is I03b: the slot is a value that is handed to the goroutine.
func ServeTicket(ln net.Listener) error {
	sem := slots.New(64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		t := sem.Enter()
		go func() {
			defer t.Done()
			echo(conn)
		}()
	}
}

// ServeBag is I02 in a generic type of another package.
func ServeBag(ln net.Listener) error {
	bag := slots.NewBag(make([]byte, 4096), make([]byte, 4096), make([]byte, 4096))
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		buf := bag.Get()
		go func() {
			defer bag.Put(buf)
			defer conn.Close()
			io.CopyBuffer(conn, conn, buf)
		}()
	}
}

// A Limiter is what the server asks; there is one implementation.
type Limiter interface {
	Enter() error
	Leave()
}

type chanLimiter struct{ c chan struct{} }

var errFull = errors.New("full")

func (l *chanLimiter) Enter() error {
	select {
	case l.c <- struct{}{}:
		return nil
	default:
		return errFull
	}
}

func (l *chanLimiter) Leave() { <-l.c }

// A Server asks its limiter.
type Server struct {
	ln      net.Listener
	limiter Limiter
	wg      sync.WaitGroup
}

// NewServer makes a server with the only limiter there is.
func NewServer(ln net.Listener, n int) *Server {
	return &Server{ln: ln, limiter: &chanLimiter{c: make(chan struct{}, n)}}
}

// Serve is I03b behind an interface.
func (s *Server) Serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := s.limiter.Enter(); err != nil {
			conn.Close()
			continue
		}
		s.wg.Go(func() {
			defer s.limiter.Leave()
			echo(conn)
		})
	}
}

// A named wrapper around x/sync's semaphore.
type capacity struct {
	*semaphore.Weighted
}

func (c capacity) enter(ctx context.Context) error { return c.Acquire(ctx, 1) }
func (c capacity) leave()                          { c.Release(1) }

// ServeCapacity is I03b over I03.
func ServeCapacity(ctx context.Context, ln net.Listener) error {
	c := capacity{semaphore.NewWeighted(64)}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := c.enter(ctx); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer c.leave()
			echo(conn)
		}()
	}
}

// ServeTryEmbedded is I03 through a promoted method.
func ServeTryEmbedded(ln net.Listener) error {
	c := capacity{semaphore.NewWeighted(64)}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if ok := c.TryAcquire(1); !ok {
			conn.Close()
			continue
		}
		go func() {
			defer c.leave()
			echo(conn)
		}()
	}
}

// A set keeps a semaphore per tenant, each made once.
type set struct {
	mu   sync.Mutex
	sems map[string]slots.Semaphore
}

func (s *set) of(tenant string) slots.Semaphore {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sems[tenant]
}

// ServeTenant is I03b: the semaphore comes out of a map that configuration filled;
// for an unknown tenant it is nil and TryAcquire fails.
func ServeTenant(ln net.Listener, s *set, tenant func(net.Conn) string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem := s.of(tenant(conn))
		if !sem.TryAcquire() {
			conn.Close()
			continue
		}
		go func() {
			defer sem.Release()
			echo(conn)
		}()
	}
}
