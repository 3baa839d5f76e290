// Package httpserver serves with servers that have no time limits.
package httpserver

import (
	"log"
	"net"
	"net/http"
	"time"
)

// Serve answers on ln with h.
func Serve(ln net.Listener, h http.Handler) error {
	// The handler decides about everything but time.
	srv := &http.Server{ // want `connections of this http\.Server stay open for as long as clients take to send a request: neither ReadHeaderTimeout nor ReadTimeout is set \(serverlimit/timeouts\)`
		Handler:  h,
		ErrorLog: log.Default(),
	}
	return srv.Serve(ln)
}

// An API is a server with a life of its own.
type API struct {
	srv *http.Server
}

// NewAPI returns an API on addr.
func NewAPI(addr string, h http.Handler) *API {
	a := &API{srv: new(http.Server)} // want `this http\.Server stay open`
	a.srv.Addr = addr
	a.srv.Handler = h
	return a
}

// Run serves until the server is closed.
func (a *API) Run() error { return a.srv.ListenAndServe() }

// idleOnly limits how long connections rest between requests: a header may
// still take for ever.
func idleOnly(ln net.Listener) error {
	srv := http.Server{IdleTimeout: time.Minute} // want `this http\.Server stay open`
	return srv.Serve(ln)
}

// zero sets the limits to none.
func zero(ln net.Listener) error {
	const none = 0
	srv := &http.Server{ // want `this http\.Server stay open`
		ReadTimeout:       none,
		ReadHeaderTimeout: 0,
		WriteTimeout:      time.Minute,
	}
	return srv.Serve(ln)
}

// Embedded has its server as a part.
type Embedded struct {
	http.Server
	name string
}

// Start serves what the embedded server is told.
func (e *Embedded) Start(ln net.Listener) error {
	e.Handler = http.NotFoundHandler()
	return e.Serve(ln) // want `this http\.Server stay open`
}

// oneWithoutTheOther has a server with limits beside one without.
func oneWithoutTheOther(public, admin net.Listener) error {
	limited := &http.Server{ReadHeaderTimeout: time.Minute}
	open := &http.Server{} // want `this http\.Server stay open`
	go func() { _ = limited.Serve(public) }()
	return open.Serve(admin)
}

// A service has its server by value.
type service struct {
	mux    *http.ServeMux
	server http.Server
}

func (s *service) start(ln net.Listener) {
	s.server = http.Server{ // want `this http\.Server stay open`
		Handler: s.mux,
	}
	go func() { _ = s.server.Serve(ln) }()
}

// A patientService has limits.
type patientService struct{ server http.Server }

func (s *patientService) start(ln net.Listener) error {
	s.server = http.Server{ReadTimeout: time.Minute}
	return s.server.Serve(ln)
}
