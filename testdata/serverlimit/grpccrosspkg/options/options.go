// Package options makes options of servers.
package options

import "google.golang.org/grpc"

// Auth asks who calls.
func Auth(i grpc.UnaryServerInterceptor) []grpc.ServerOption {
	return []grpc.ServerOption{grpc.UnaryInterceptor(i), grpc.MaxRecvMsgSize(1 << 20)}
}

// Limited lets so many calls be open at once.
func Limited() []grpc.ServerOption { return []grpc.ServerOption{grpc.MaxConcurrentStreams(100)} }

// From does what a configuration says.
func From(config map[string]grpc.ServerOption) (opts []grpc.ServerOption) {
	for _, o := range config {
		opts = append(opts, o)
	}
	return opts
}
