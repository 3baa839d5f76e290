// Package slowevents streams what changes to clients, and waits for those that
// do not take it.
package slowevents

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// A Feed says how things are, again and again.
type Feed struct {
	State func() string
	Every time.Duration
}

// Serve streams until ln is closed. Streams last, so that they have no
// WriteTimeout.
func (f *Feed) Serve(ln net.Listener) error {
	srv := &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	return srv.Serve(ln)
}

// ServeHTTP streams to one client for as long as it is there.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "no streaming", http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	t := time.NewTicker(f.Every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			fmt.Fprintf(w, "data: %s\n\n", f.State())
			flusher.Flush() // want `ServeHTTP streams a response at each tick: .*unbufferedwrite/stream`
		case <-r.Context().Done():
			return
		}
	}
}
