// Package grpccrosspkg has its options made elsewhere.
package grpccrosspkg

import (
	"net"

	"google.golang.org/grpc"

	"github.com/backpressure-go/backpressure/testdata/serverlimit/grpccrosspkg/options"
)

func unlimited(ln net.Listener, auth grpc.UnaryServerInterceptor) error {
	srv := grpc.NewServer(options.Auth(auth)...) // want `grpc\.NewServer is given no limit`
	return srv.Serve(ln)
}

func limited(ln net.Listener) error { return grpc.NewServer(options.Limited()...).Serve(ln) }

func both(ln net.Listener, auth grpc.UnaryServerInterceptor) error {
	srv := grpc.NewServer(append(options.Auth(auth), options.Limited()...)...)
	return srv.Serve(ln)
}

func configured(ln net.Listener, config map[string]grpc.ServerOption) error {
	return grpc.NewServer(options.From(config)...).Serve(ln)
}

// Option is another name.
type Option = grpc.ServerOption

func aliased(ln net.Listener, auth grpc.UnaryServerInterceptor) error {
	opts := []Option{grpc.UnaryInterceptor(auth)}
	return grpc.NewServer(opts...).Serve(ln) // want `grpc\.NewServer is given no limit`
}

// serveAll registers services of one kind.
func serveAll[S any](ln net.Listener, services []S, register func(*grpc.Server, S)) error {
	srv := grpc.NewServer() // want `grpc\.NewServer is given no limit`
	for _, s := range services {
		register(srv, s)
	}
	return srv.Serve(ln)
}

var _ = serveAll[int]
