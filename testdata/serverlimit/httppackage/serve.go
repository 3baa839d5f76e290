// Package httppackage serves through functions that have no limits to set.
package httppackage

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
)

var addr = flag.String("addr", ":8080", "address to listen on")

// Main serves what the mux has.
func Main() {
	flag.Parse()
	log.Fatal(http.ListenAndServe(*addr, nil)) // want `connections served by http\.ListenAndServe stay open for as long as clients take to send a request: it sets no time limit \(serverlimit/timeouts\)`
}

// Serve answers on ln.
func Serve(ln net.Listener, h http.Handler) error {
	return http.Serve(ln, h) // want `http\.Serve stay open`
}

// TLS answers with certificates.
func TLS(port int, cert, key string, h http.Handler) error {
	err := http.ListenAndServeTLS(fmt.Sprintf(":%d", port), cert, key, h) // want `http\.ListenAndServeTLS stay open`
	return err
}

// Ordered has the address made before the handler.
func Ordered(address func() string, handler func() http.Handler) error {
	// nofix: the literal would make the handler first
	return http.Serve(mustListen(address()), handler()) // want `http\.Serve stay open`
}

func mustListen(addr string) net.Listener {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	return ln
}
