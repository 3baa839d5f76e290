// Package grpcbounded limits the calls of a connection, or cannot be seen not
// to.
package grpcbounded

import (
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
)

const maxStreams = 250

func option(ln net.Listener) error {
	return grpc.NewServer(grpc.MaxConcurrentStreams(maxStreams)).Serve(ln)
}

func configured(ln net.Listener, n uint32) error {
	srv := grpc.NewServer(grpc.MaxConcurrentStreams(n))
	return srv.Serve(ln)
}

func collected(ln net.Listener, auth grpc.UnaryServerInterceptor) error {
	opts := []grpc.ServerOption{grpc.UnaryInterceptor(auth)}
	if n := limit(); n > 0 {
		opts = append(opts, grpc.MaxConcurrentStreams(n))
	}
	srv := grpc.NewServer(opts...)
	return srv.Serve(ln)
}

func limit() uint32 { return maxStreams }

// New leaves it to its callers.
func New(opts ...grpc.ServerOption) *grpc.Server { return grpc.NewServer(opts...) }

// A Config has options in it.
type Config struct {
	Options []grpc.ServerOption
}

func fromConfig(ln net.Listener, c *Config) error {
	srv := grpc.NewServer(append(c.Options, grpc.MaxRecvMsgSize(1<<20))...)
	return srv.Serve(ln)
}

// byHelper has a function of the package make them.
func byHelper(ln net.Listener) error {
	srv := grpc.NewServer(options()...)
	return srv.Serve(ln)
}

func options() []grpc.ServerOption {
	return []grpc.ServerOption{grpc.MaxConcurrentStreams(maxStreams)}
}

func unixSocket() error {
	ln, err := net.Listen("unix", "/run/plugin.sock")
	if err != nil {
		return err
	}
	srv := grpc.NewServer()
	return srv.Serve(ln)
}

func inMemory(ln *bufconn.Listener, serve func(*grpc.Server)) {
	serve(grpc.NewServer(grpc.MaxConcurrentStreams(maxStreams)))
}
