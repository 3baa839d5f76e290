// Package madeofthemselves has addresses, servers and options that are made of
// earlier values of the same variable: whoever follows them goes around in
// circles.
package madeofthemselves

import (
	"fmt"
	"net"
	"net/http"

	"google.golang.org/grpc"
)

// joined is an address that a loop puts together.
func joined(parts []string, h http.Handler) error {
	addr := ""
	for _, p := range parts {
		addr = addr + p
	}
	srv := &http.Server{Addr: addr, Handler: h} // want `connections of this http\.Server`
	return srv.ListenAndServe()
}

// formatted is one that a loop formats: local, but nobody follows it so far.
func formatted(parts []string, h http.Handler) error {
	addr := "127.0.0.1"
	for _, p := range parts {
		addr = fmt.Sprintf("%s%s", addr, p)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h} // want `connections of this http\.Server`
	return srv.Serve(ln)
}

// A node is an address that points to the next.
type node struct {
	addr string
	next *node
}

// chained is one of a list's.
func (n *node) chained(h http.Handler) error {
	for n.next != nil {
		n.next.addr = n.addr + n.next.addr
		n = n.next
	}
	return http.ListenAndServe(n.addr, h) // want `ListenAndServe`
}

// wrapped is a listener in a listener.
type wrapped struct{ net.Listener }

func nested(ln net.Listener, depth int, h http.Handler) error {
	for range depth {
		ln = &wrapped{ln}
	}
	return http.Serve(ln, h) // want `Serve`
}

// copied copies a server over itself.
func copied(h http.Handler, rounds int) error {
	a, b := http.Server{Handler: h}, http.Server{}
	for range rounds {
		b = a
		a = b
	}
	return a.ListenAndServe()
}

// appended doubles its options.
func appended(rounds int, creds grpc.ServerOption, ln net.Listener) error {
	opts := []grpc.ServerOption{creds}
	for range rounds {
		opts = append(opts, opts...)
		opts[0] = opts[1]
	}
	return grpc.NewServer(opts...).Serve(ln)
}

// Recursive calls itself.
func Recursive(rounds int, opts ...grpc.ServerOption) *grpc.Server {
	if rounds == 0 {
		return grpc.NewServer(opts...)
	}
	return Recursive(rounds-1, append(opts, opts...)...)
}

// retries answers by calling itself.
func retries(w http.ResponseWriter, r *http.Request, rounds int) {
	if rounds > 0 {
		retries(w, r, rounds-1)
		return
	}
	again(w, r)
}

func again(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > 0 {
		retries(w, r, int(r.ContentLength))
	}
	w.WriteHeader(http.StatusServiceUnavailable) // want `503 answered without Retry-After`
}
