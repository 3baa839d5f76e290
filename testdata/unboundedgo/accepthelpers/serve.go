// Package accepthelpers holds accept loops whose goroutine starts somewhere
// else than in the loop: in a method, a helper, a table, a callback.
package accepthelpers

import (
	"context"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// A Server starts its goroutines in methods.
type Server struct {
	ln      net.Listener
	wg      sync.WaitGroup
	conns   chan net.Conn
	onConn  func(net.Conn)
	serving context.Context
}

// Serve is S01 one call deep.
func (s *Server) Serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.handle(conn)
	}
}

func (s *Server) handle(conn net.Conn) {
	s.wg.Go(func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		echo(conn)
	})
}

// ServeDeep is S01 two calls deep.
func (s *Server) ServeDeep() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if !s.admit(conn) {
			log.Printf("refused %v", conn.RemoteAddr())
		}
	}
}

func (s *Server) admit(conn net.Conn) bool {
	if conn.RemoteAddr() == nil {
		conn.Close()
		return false
	}
	s.start(conn)
	return true
}

func (s *Server) start(conn net.Conn) {
	s.wg.Add(1)
	go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		defer s.wg.Done()
		echo(conn)
	}()
}

// ServeOnce is S01: one Accept and one spawn per call, the loop is in ServeForever.
func (s *Server) ServeForever() {
	for s.serving.Err() == nil {
		if err := s.serveOne(); err != nil {
			log.Print(err)
			time.Sleep(time.Second)
		}
	}
}

func (s *Server) serveOne() error {
	conn, err := s.ln.Accept()
	if err != nil {
		return err
	}
	go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	return nil
}

// ServeNext is S01: Accept is in a helper.
func (s *Server) ServeNext() error {
	for {
		conn, err := s.next()
		if err != nil {
			return err
		}
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func (s *Server) next() (net.Conn, error) {
	for {
		conn, err := s.ln.Accept()
		if err == nil {
			return conn, nil
		}
		var ne net.Error
		if ok := asNetError(err, &ne); !ok || !ne.Timeout() {
			return nil, err
		}
	}
}

func asNetError(err error, to *net.Error) bool {
	ne, ok := err.(net.Error)
	*to = ne
	return ok
}

// ServeChannel is S01: an acceptor hands connections over on a channel; its
// capacity bounds the queue, not the goroutines behind it.
func (s *Server) ServeChannel() {
	s.conns = make(chan net.Conn, 16)
	go s.accept()
	for conn := range s.conns {
		go echo(conn) // want `goroutine per (connection|element) .*unboundedgo/(accept-loop|receive-loop)`
	}
}

func (s *Server) accept() {
	defer close(s.conns)
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.conns <- conn
	}
}

// ServeSelect is S01: the connections come out of a select with a stop arm.
func ServeSelect(ctx context.Context, ln net.Listener) error {
	conns := make(chan net.Conn)
	errs := make(chan error, 1)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				errs <- err
				return
			}
			conns <- conn
		}
	}()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case conn := <-conns:
			wg.Add(1)
			go func() { // want `goroutine per (connection|element) .*unboundedgo/(accept-loop|receive-loop)`
				defer wg.Done()
				echo(conn)
			}()
		case err := <-errs:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// protocols says which function serves which first byte.
var protocols = map[byte]func(net.Conn){
	'E': echo,
	'D': discard,
}

func discard(conn net.Conn) {
	defer conn.Close()
	io.Copy(io.Discard, conn)
}

// ServeTable is S01: the goroutine's function comes out of a map.
func ServeTable(ln net.Listener, proto byte) error {
	handler, ok := protocols[proto]
	if !ok {
		handler = echo
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go handler(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// stages is a table of functions each of which starts its own goroutine.
var stages = [...]func(net.Conn){
	spawnEcho,
	spawnDiscard,
}

func spawnEcho(conn net.Conn) {
	go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
}

func spawnDiscard(conn net.Conn) {
	go discard(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
}

// ServeStage is S01 through a table: every entry spawns.
func ServeStage(ln net.Listener, stage int) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		stages[stage](conn)
	}
}

// A Handler serves a connection.
type Handler interface {
	ServeConn(net.Conn)
}

// ServeHandler is S01: what runs is an interface's business, the goroutine is ours.
func ServeHandler(ln net.Listener, h Handler) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go h.ServeConn(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeFunc is S01 with a callback of the caller's.
func ServeFunc(ln net.Listener, serve func(net.Conn)) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go serve(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// acceptEach calls f for each connection and starts nothing by itself.
func acceptEach(ln net.Listener, f func(net.Conn)) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		f(conn)
	}
}

// ServeCallback is S01: the spawn is in the callback, the loop in the callee.
func ServeCallback(ln net.Listener) error {
	return acceptEach(ln, func(conn net.Conn) {
		go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	})
}

// ServeInline runs its callback in the loop: one connection at a time.
func ServeInline(ln net.Listener) error {
	return acceptEach(ln, echo)
}

// ServeField is S01: the callback is a field that the constructor below fills.
func (s *Server) ServeField() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.onConn(conn)
	}
}

// NewServer makes a server whose callback starts a goroutine per connection.
func NewServer(ln net.Listener) *Server {
	s := &Server{ln: ln}
	s.onConn = func(conn net.Conn) {
		s.wg.Add(1)
		go func() { // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
			defer s.wg.Done()
			echo(conn)
		}()
	}
	return s
}

// background starts f in a goroutine and counts it.
func (s *Server) background(f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
}

// ServeBackground is S01: background is WaitGroup.Go by another name, its call is the spawn.
func (s *Server) ServeBackground() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.background(func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// StartPumps uses the same helper a fixed number of times.
func (s *Server) StartPumps() {
	s.background(s.accept)
	s.background(s.ServeChannel)
}

// ServeDefer is S01: the spawn sits in a closure that runs at once.
func ServeDefer(ln net.Listener, trace func(string)) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		func() {
			defer trace("started")
			go echo(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
		}()
	}
}

// ServeAfter is S01: a timer's function runs in a goroutine of its own.
func ServeAfter(ln net.Listener, grace time.Duration) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		time.AfterFunc(grace, func() { echo(conn) }) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// ServeChecked is S01: the goroutine's function tests its argument, which a
// literal inside it captures, and no flag that others see.
func ServeChecked(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go serveChecked(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

func serveChecked(conn net.Conn) {
	if conn == nil {
		return
	}
	defer func() { conn.Close() }()
	io.Copy(conn, conn)
}
