// Package lib makes, limits and serves servers for others.
package lib

import (
	"context"
	"net"
	"net/http"
	"time"
)

// New returns a server without limits.
func New(h http.Handler) *http.Server { return &http.Server{Handler: h} }

// NewLimited returns a server with limits.
func NewLimited(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
}

// Limit sets a server's limits.
func Limit(srv *http.Server) { srv.ReadHeaderTimeout = time.Minute }

// Run serves until the context ends.
func Run(ctx context.Context, srv *http.Server, ln net.Listener) error {
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	return srv.Serve(ln)
}

// Log does nothing to a server.
func Log(srv *http.Server) { println(srv.Addr) }
