// Package grpcstreams serves as many calls per connection as clients like.
package grpcstreams

import (
	"math"
	"net"

	"google.golang.org/grpc"
)

// Serve answers on ln.
func Serve(ln net.Listener) error {
	srv := grpc.NewServer() // want `calls on each connection of the server: clients decide how many, grpc\.NewServer is given no limit \(serverlimit/streams\)`
	return srv.Serve(ln)
}

// A Node has a server.
type Node struct {
	srv *grpc.Server
	ln  net.Listener
}

// Start starts it.
func (n *Node) Start(auth grpc.UnaryServerInterceptor) {
	n.srv = grpc.NewServer( // want `grpc\.NewServer is given no limit`
		grpc.UnaryInterceptor(auth),
		grpc.MaxRecvMsgSize(1<<20),
	)
	go n.srv.Serve(n.ln)
}

// collected has its options in a list.
func collected(ln net.Listener, auths []grpc.UnaryServerInterceptor) error {
	var opts []grpc.ServerOption
	for _, a := range auths {
		opts = append(opts, grpc.ChainUnaryInterceptor(a))
	}
	srv := grpc.NewServer(opts...) // want `grpc\.NewServer is given no limit`
	return srv.Serve(ln)
}

// workers are no limit: calls that find all busy get goroutines.
func workers(ln net.Listener) error {
	return grpc.NewServer(grpc.NumStreamWorkers(8)).Serve(ln) // want `grpc\.NewServer is given no limit`
}

const maxStreams = math.MaxUint32

// lifted says aloud that there is none.
func lifted(gopts ...grpc.ServerOption) *grpc.Server {
	var opts []grpc.ServerOption
	opts = append(opts, grpc.MaxConcurrentStreams(maxStreams)) // want `calls on each connection of the server: clients decide how many, grpc\.MaxConcurrentStreams lifts the limit`
	return grpc.NewServer(opts...)
}

func zero(ln net.Listener) error {
	srv := grpc.NewServer(grpc.MaxConcurrentStreams(0)) // want `grpc\.MaxConcurrentStreams lifts the limit`
	return srv.Serve(ln)
}

// ours makes options of its own.
func ours(auth grpc.StreamServerInterceptor) []grpc.ServerOption {
	return []grpc.ServerOption{grpc.StreamInterceptor(auth)}
}

func byHelper(ln net.Listener, auth grpc.StreamServerInterceptor) error {
	srv := grpc.NewServer(ours(auth)...) // want `grpc\.NewServer is given no limit`
	return srv.Serve(ln)
}
