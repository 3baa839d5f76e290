// Package httplocal serves programs of the same machine, or few clients.
package httplocal

import (
	"crypto/tls"
	"flag"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"golang.org/x/net/netutil"
)

var debug = flag.String("debug", "localhost:6060", "address of the debug server")

func unixSocket(path string) error {
	ln, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	srv := &http.Server{}
	return srv.Serve(ln)
}

func unixListener(a *net.UnixAddr) error {
	ln, err := net.ListenUnix("unix", a)
	if err != nil {
		return err
	}
	return http.Serve(ln, nil)
}

func passed(h http.Handler) error {
	ln, err := net.Listen("unix", "/run/app.sock")
	if err != nil {
		return err
	}
	return serve(ln, h)
}

func serve(ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h}
	return srv.Serve(ln)
}

func loopback() error { return http.ListenAndServe("127.0.0.1:6060", nil) }

func sixLoopback() error { return http.ListenAndServe("[::1]:6060", nil) }

func inAField() error {
	srv := &http.Server{Addr: "localhost:6060"}
	return srv.ListenAndServe()
}

func ofPort(port int) error {
	if port == 0 {
		return http.ListenAndServe("localhost:"+strconv.Itoa(port), nil)
	}
	return http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", port), nil)
}

func joined(port string) error {
	return http.ListenAndServe(net.JoinHostPort("localhost", port), nil)
}

func byFlag() error { return http.ListenAndServe(*debug, nil) }

func wrapped(c *tls.Config) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return http.Serve(tls.NewListener(ln, c), nil)
}

// limited has slow clients, but only so many.
func limited(ln net.Listener) error {
	srv := &http.Server{}
	return srv.Serve(netutil.LimitListener(ln, 200))
}

// both listens for others, too.
func both(ln net.Listener) error {
	local, err := net.Listen("unix", "/run/app.sock")
	if err != nil {
		return err
	}
	srv := &http.Server{} // want `this http\.Server stay open`
	go func() { _ = srv.Serve(local) }()
	return srv.Serve(ln)
}

// everywhere looks like loopback and is not.
func everywhere(port int) error {
	return http.ListenAndServe(fmt.Sprintf("0.0.0.0:%d", port), nil) // want `http\.ListenAndServe stay open`
}
