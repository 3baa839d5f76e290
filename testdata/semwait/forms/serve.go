// Package forms has the kinds in generic types, behind aliases and with what
// other packages do.
package forms

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/backpressure-go/backpressure/testdata/semwait/forms/far"
)

var errNone = errors.New("none")

// A Weighted is a semaphore by another name.
type Weighted = semaphore.Weighted

// A Group is a group by another name.
type Group = errgroup.Group

// A Request is one by another name.
type Request = http.Request

// A Pool is generic.
type Pool[T any] struct {
	slots chan struct{}
	load  func(net.Conn) (T, error)
	addr  string
}

// NewPool makes one.
func NewPool[T any](addr string, load func(net.Conn) (T, error)) *Pool[T] {
	return &Pool[T]{slots: make(chan struct{}, 8), load: load, addr: addr}
}

// Get waits without its context.
func (p *Pool[T]) Get(ctx context.Context) (T, error) {
	p.slots <- struct{}{} // want `no-context`
	defer func() { <-p.slots }()
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		return *new(T), err
	}
	defer c.Close()
	return p.load(c)
}

// A Picker forgets its slot.
type Picker[K comparable, V any] struct {
	slots chan struct{}
	all   map[K]V
}

// Pick leaks where there is none.
func (p *Picker[K, V]) Pick(key K, f func(V) error) error {
	p.slots <- struct{}{} // want `leaked-slot`
	v, ok := p.all[key]
	if !ok {
		return errNone
	}
	err := f(v)
	<-p.slots
	return err
}

// A Reader holds a slot while it reads.
type Reader[T any] struct {
	slots chan struct{}
	parse func([]byte) T
}

// Serve gives each connection one.
func (r *Reader[T]) Serve(ln net.Listener, f func(T)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		r.slots <- struct{}{}
		go func() {
			defer func() { <-r.slots }()
			defer c.Close()
			b := make([]byte, 4)
			if _, err := io.ReadFull(c, b); err != nil { // want `slot-held`
				return
			}
			f(r.parse(b))
		}()
	}
}

// A sub is a consumer of a hub.
type sub[T any] struct{ in chan T }

// A Hub has many.
type Hub[T any] struct {
	mu   sync.Mutex
	subs map[*sub[T]]bool
}

// Join adds one.
func (h *Hub[T]) Join() *sub[T] {
	s := &sub[T]{in: make(chan T, 4)}
	h.mu.Lock()
	h.subs[s] = true
	h.mu.Unlock()
	return s
}

// Publish waits for each.
func (h *Hub[T]) Publish(v T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		s.in <- v // want `shared-send`
	}
}

// A Server has a semaphore behind an alias.
type Server struct {
	sem   *Weighted
	far   *far.Slots
	gate  far.Sem
	subs  map[string]*far.Sub
	addr  string
	slots chan struct{}
}

// New makes one.
func New(addr string) *Server {
	return &Server{
		sem: semaphore.NewWeighted(8), far: semaphore.NewWeighted(8), gate: make(far.Sem, 8),
		subs: map[string]*far.Sub{"log": far.NewSub()}, addr: addr, slots: make(chan struct{}, 8),
	}
}

func (s *Server) ask(w io.Writer) error {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(w, c)
	return err
}

// Late waits for a request by another name that has gone.
func (s *Server) Late(w http.ResponseWriter, r *Request) {
	if err := s.sem.Acquire(context.Background(), 1); err != nil { // want `background`
		return
	}
	defer s.sem.Release(1)
	_ = s.ask(w)
}

// Far has another package wait.
func (s *Server) Far(w http.ResponseWriter, r *http.Request) {
	if err := far.Wait(context.Background(), s.far); err != nil { // want `background`
		return
	}
	defer s.far.Release(1)
	_ = s.ask(w)
}

// FarInTime has it wait for the request.
func (s *Server) FarInTime(w http.ResponseWriter, r *http.Request) {
	if err := far.Wait(r.Context(), s.far); err != nil {
		return
	}
	defer s.far.Release(1)
	_ = s.ask(w)
}

// Forget takes a slot of another package's semaphore.
func (s *Server) Forget(key string, f func(string) error) error {
	s.gate.Take() // want `leaked-slot`
	if key == "" {
		return errNone
	}
	err := f(key)
	s.gate.Give()
	return err
}

// Tell waits for consumers of another package.
func (s *Server) Tell(msg string) {
	for _, t := range s.subs {
		t.In <- msg // want `shared-send`
	}
}

// Listen has another package read.
func (s *Server) Listen(ln net.Listener, f func([]byte)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.slots <- struct{}{}
		go func() {
			defer func() { <-s.slots }()
			defer c.Close()
			b, err := far.Head(c)
			if err != nil {
				return
			}
			f(b)
		}()
	}
}

// All asks for more than an alias has.
func All(ctx context.Context, f func()) error {
	var sem *Weighted = semaphore.NewWeighted(4)
	if err := sem.Acquire(ctx, 5); err != nil { // want `over-ask`
		return err
	}
	defer sem.Release(5)
	f()
	return nil
}

// None lets nothing start.
func None(f func() error) error {
	var g Group
	g.SetLimit(0) // want `over-ask`
	g.Go(f)
	return g.Wait()
}
