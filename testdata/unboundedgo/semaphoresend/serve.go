// Package semaphoresend holds channel semaphores whose send takes the slot
// before the goroutine starts (I01).
package semaphoresend

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const maxConns = 256

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Serve is I01: the send waits while all slots are out.
func Serve(ln net.Listener) error {
	sem := make(chan struct{}, maxConns)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServeBeforeAccept is I01: the slot is taken before Accept, so the backlog waits in the kernel.
func ServeBeforeAccept(ln net.Listener) error {
	sem := make(chan struct{}, maxConns)
	for {
		sem <- struct{}{}
		conn, err := ln.Accept()
		if err != nil {
			<-sem
			return err
		}
		go func() {
			echo(conn)
			<-sem
		}()
	}
}

// ServeContext is I01: the wait ends with the context too.
func ServeContext(ctx context.Context, ln net.Listener, limit int) error {
	sem := make(chan struct{}, limit)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case sem <- struct{}{}:
		case <-ctx.Done():
			conn.Close()
			return ctx.Err()
		}
		go func() {
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServeTry is I01 with I14: full means refuse, and the loop goes on.
func ServeTry(ln net.Listener) error {
	sem := make(chan struct{}, maxConns)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case sem <- struct{}{}:
			go func() {
				defer func() { <-sem }()
				echo(conn)
			}()
		default:
			log.Printf("refused %v: busy", conn.RemoteAddr())
			conn.Close()
		}
	}
}

// A Server has its semaphore in a field that the constructor fills.
type Server struct {
	ln    net.Listener
	slots chan struct{}
	wg    sync.WaitGroup
}

// NewServer makes a server for at most limit connections.
func NewServer(ln net.Listener, limit int) *Server {
	if limit <= 0 {
		limit = maxConns
	}
	return &Server{ln: ln, slots: make(chan struct{}, limit)}
}

// Serve is I01: field semaphore, released by a deferred method in the callee.
func (s *Server) Serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.slots <- struct{}{}
		s.wg.Add(1)
		go s.handle(conn)
	}
}

func (s *Server) handle(conn net.Conn) {
	defer s.wg.Done()
	defer s.release()
	echo(conn)
}

func (s *Server) acquire() { s.slots <- struct{}{} }
func (s *Server) release() { <-s.slots }

// ServeHelper is I01: acquire is a helper too.
func (s *Server) ServeHelper() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.acquire()
		go func() {
			defer s.release()
			echo(conn)
		}()
	}
}

func (s *Server) tryAcquire() bool {
	select {
	case s.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// ServeTryHelper is I01: the helper says whether there was room.
func (s *Server) ServeTryHelper() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if !s.tryAcquire() {
			conn.Close()
			continue
		}
		s.wg.Go(func() {
			defer s.release()
			echo(conn)
		})
	}
}

var errClosing = errors.New("server is closing")

func (s *Server) reserve(quit <-chan struct{}) error {
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-quit:
		return errClosing
	}
}

// ServeReserve is I01: the helper returns an error instead of a slot.
func (s *Server) ServeReserve(quit <-chan struct{}) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := s.reserve(quit); err != nil {
			conn.Close()
			return err
		}
		go func() {
			defer s.release()
			echo(conn)
		}()
	}
}

// ServeReleaser is I01: the helper hands back the function that frees the slot.
func (s *Server) ServeReleaser() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		free := s.take()
		go func() {
			defer free()
			echo(conn)
		}()
	}
}

func (s *Server) take() (free func()) {
	s.slots <- struct{}{}
	return func() { <-s.slots }
}

// ServeDispatch is I01: the acquire and the spawn are both in the callee of the loop.
func (s *Server) ServeDispatch() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.dispatch(conn)
	}
}

func (s *Server) dispatch(conn net.Conn) {
	s.slots <- struct{}{}
	go func() {
		defer func() { <-s.slots }()
		echo(conn)
	}()
}

var packetSlots = make(chan struct{}, 64)

// ServePackets is I01: a package-level semaphore around datagrams.
func ServePackets(pc net.PacketConn, answer func([]byte) []byte) error {
	for {
		buf := make([]byte, 1500)
		n, addr, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		packetSlots <- struct{}{}
		go func() {
			defer func() { <-packetSlots }()
			pc.WriteTo(answer(buf[:n]), addr)
		}()
	}
}

// HashAll is I01: file I/O per directory entry under a semaphore.
func HashAll(dir string, hash func(io.Reader) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	sem := make(chan bool, 16)
	var wg sync.WaitGroup
	for _, e := range entries {
		sem <- true
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-sem }()
			f, err := os.Open(filepath.Join(dir, e.Name()))
			if err != nil {
				return
			}
			defer f.Close()
			hash(f)
		}()
	}
	wg.Wait()
	return nil
}

// ServeTyped is I01: the semaphore has a named type and carries the connections themselves.
func ServeTyped(ln net.Listener) error {
	type slots chan net.Conn
	active := make(slots, maxConns)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		active <- conn
		go func() {
			echo(conn)
			<-active
		}()
	}
}

// ServeWatched is I01 and a deliberate exception: the watchdog of a connection
// starts after its slot was taken, and ends before the slot is free.
func ServeWatched(ln net.Listener, lifetime time.Duration) error {
	slots := make(chan struct{}, maxConns)
	for {
		slots <- struct{}{}
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		done := make(chan struct{})
		go func() {
			select {
			case <-time.After(lifetime):
				conn.Close()
			case <-done:
			}
		}()
		go func() {
			echo(conn)
			close(done)
			<-slots
		}()
	}
}

// ServeSlots is I01 in a generic function: the semaphore is of the parameter's type.
func ServeSlots[S any](ln net.Listener, slots chan S, slot S) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- slot
		go func() {
			defer func() { <-slots }()
			echo(conn)
		}()
	}
}
