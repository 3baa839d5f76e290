// Package httpcrosspkg has its servers made, limited and served elsewhere.
package httpcrosspkg

import (
	"context"
	"net"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/serverlimit/httpcrosspkg/lib"
)

func made(ln net.Listener, h http.Handler) error {
	srv := lib.New(h) // want `connections of the server that lib\.New\(\) makes stay open`
	return srv.Serve(ln)
}

func madeLimited(ln net.Listener, h http.Handler) error {
	srv := lib.NewLimited(h)
	return srv.Serve(ln)
}

func madeThenLimited(ln net.Listener, h http.Handler) error {
	srv := lib.New(h)
	lib.Limit(srv)
	return srv.Serve(ln)
}

func served(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h} // want `this http\.Server stay open`
	lib.Log(srv)
	return lib.Run(ctx, srv, ln)
}

func limitedElsewhere(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h}
	lib.Limit(srv)
	return lib.Run(ctx, srv, ln)
}
