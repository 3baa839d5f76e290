// Package unfortunate has code whose verdict is known to be wrong.
package unfortunate

import (
	"net"
	"net/http"
)

// A Server can be given its limits by importing packages, which are analysed
// after this one: silence would miss every server that is embedded.
type Server struct{ *http.Server }

// New returns a server that its caller may limit.
func New() *Server {
	return &Server{&http.Server{}} // want `this http\.Server stay open`
}

// Run serves.
func (s *Server) Run(ln net.Listener) error { return s.Serve(ln) }
