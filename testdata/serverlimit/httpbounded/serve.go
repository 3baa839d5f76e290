// Package httpbounded sets the time limits of its servers, each in another
// place.
package httpbounded

import (
	"encoding/json"
	"net"
	"net/http"
	"time"
)

const headerTimeout = time.Minute

// inTheLiteral is the plain form.
func inTheLiteral(ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	return srv.Serve(ln)
}

// readTimeout limits header and body together.
func readTimeout(ln net.Listener) error {
	srv := &http.Server{ReadTimeout: headerTimeout}
	return srv.Serve(ln)
}

// later assigns it behind the literal.
func later(ln net.Listener) error {
	srv := new(http.Server)
	srv.ReadHeaderTimeout = headerTimeout
	return srv.Serve(ln)
}

// A Config is what the operator sets.
type Config struct {
	ReadTimeout time.Duration
}

// configured takes it from the configuration.
func configured(ln net.Listener, c Config) error {
	srv := &http.Server{ReadTimeout: c.ReadTimeout}
	return srv.Serve(ln)
}

// helper has a function of the package set it.
func helper(ln net.Listener) error {
	srv := &http.Server{}
	limit(srv)
	return srv.Serve(ln)
}

func limit(srv *http.Server) { srv.ReadHeaderTimeout = headerTimeout }

// A Daemon gets its limits when it is provisioned.
type Daemon struct {
	server *http.Server
}

// New makes the server.
func New(h http.Handler) *Daemon { return &Daemon{server: &http.Server{Handler: h}} }

// Provision sets its limits.
func (d *Daemon) Provision() { d.server.ReadHeaderTimeout = headerTimeout }

// Run serves.
func (d *Daemon) Run(ln net.Listener) error { return d.server.Serve(ln) }

// An Option changes a server.
type Option func(*http.Server)

// WithTimeout is one.
func WithTimeout(d time.Duration) Option {
	return func(s *http.Server) { s.ReadTimeout = d }
}

// Options may set anything.
func Options(ln net.Listener, opts ...Option) error {
	srv := &http.Server{}
	for _, o := range opts {
		o(srv)
	}
	return srv.Serve(ln)
}

// A Tuner is given servers to set up.
type Tuner interface{ Tune(*http.Server) }

// tuned is set up by whoever implements Tuner.
func tuned(ln net.Listener, t Tuner) error {
	srv := &http.Server{}
	t.Tune(srv)
	return srv.Serve(ln)
}

// decoded is filled from a file.
func decoded(ln net.Listener, conf []byte) error {
	srv := &http.Server{}
	if err := json.Unmarshal(conf, srv); err != nil {
		return err
	}
	return srv.Serve(ln)
}

// copied is like another one.
func copied(ln net.Listener, like *http.Server) error {
	var srv http.Server
	srv = *like //nolint:govet // as it is found
	return srv.Serve(ln)
}

// Given serves what its caller made.
func Given(ln net.Listener, srv *http.Server) error { return srv.Serve(ln) }

// unserved is made and never served here.
func unserved() *http.Server { return &http.Server{} }

// Embedded has its server as a part.
type Embedded struct{ http.Server }

// NewEmbedded limits it.
func NewEmbedded() *Embedded { return &Embedded{http.Server{ReadHeaderTimeout: headerTimeout}} }

// Start serves.
func (e *Embedded) Start(ln net.Listener) error { return e.Serve(ln) }

// methodValue hands the method on.
func methodValue(start func(func() error)) {
	srv := &http.Server{ReadHeaderTimeout: headerTimeout}
	start(srv.ListenAndServe)
}
