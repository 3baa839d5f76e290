// Package sseserver streams for as long as its server lets it.
package sseserver

import (
	"fmt"
	"net/http"
	"time"
)

// A Feed has events.
type Feed struct{ events chan string }

// Serve ends every response after a minute.
func (f *Feed) Serve(addr string) error {
	srv := &http.Server{Addr: addr, Handler: f, WriteTimeout: time.Minute}
	return srv.ListenAndServe()
}

// ServeHTTP writes each event when it comes.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for e := range f.events {
		fmt.Fprintf(w, "data: %s\n\n", e)
		w.(http.Flusher).Flush()
	}
}
