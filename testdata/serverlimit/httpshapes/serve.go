// Package httpshapes has the ways by which a server gets from where it is made
// to where it serves.
package httpshapes

import (
	"context"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"
)

// Wrapped extends a server.
type Wrapped struct {
	*http.Server
	done chan struct{}
}

// NewWrapped returns one that is not started.
func NewWrapped() *Wrapped {
	return &Wrapped{
		Server: &http.Server{}, // want `this http\.Server stay open`
		done:   make(chan struct{}),
	}
}

// Go serves in the background.
func (w *Wrapped) Go(ln net.Listener, h http.Handler) {
	w.Handler = h
	var g errgroup.Group
	g.Go(func() error { return w.Serve(ln) })
}

// group hands a method value on.
func group(ctx context.Context, h http.Handler) error {
	srv := &http.Server{Addr: ":80", Handler: h} // want `this http\.Server stay open`
	g, _ := errgroup.WithContext(ctx)
	g.Go(srv.ListenAndServe)
	return g.Wait()
}

var global = &http.Server{Addr: ":81"} // want `this http\.Server stay open`

func serveGlobal() error { return global.ListenAndServe() }

// held is held by value.
var held http.Server

func serveHeld(ln net.Listener) error {
	return held.Serve(ln) // want `this http\.Server stay open`
}

func makeServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h} // want `this http\.Server stay open`
}

func serveMade(ln net.Listener, h http.Handler) error { return run(makeServer(h), ln) }

func run(srv *http.Server, ln net.Listener) error { return srv.Serve(ln) }

// all starts one per listener.
func all(lns []net.Listener, h http.Handler) {
	var servers []*http.Server
	for range lns {
		servers = append(servers, &http.Server{Handler: h}) // want `this http\.Server stay open`
	}
	for i, s := range servers {
		go s.Serve(lns[i])
	}
}

// A box holds anything.
type box[T any] struct{ v T }

func boxed(ln net.Listener) error {
	b := box[*http.Server]{v: &http.Server{}} // want `this http\.Server stay open`
	return b.v.Serve(ln)
}

// Alias is another name.
type Alias = http.Server

func aliased(ln net.Listener) error {
	srv := &Alias{} // want `this http\.Server stay open`
	return srv.Serve(ln)
}

// A serving is anything that serves.
type serving interface {
	Serve(net.Listener) error
	Close() error
}

// An app does not say what serves.
type app struct{ s serving }

func byInterface(ln net.Listener) *app {
	a := &app{s: &http.Server{}} // want `this http\.Server stay open`
	go a.s.Serve(ln)
	return a
}

// Served has a server that importing packages make.
type Served struct{ HTTP http.Server }

// Run serves.
func (s *Served) Run(ln net.Listener) error { return s.HTTP.Serve(ln) }
