// Package sse streams events to browsers.
package sse

import (
	"fmt"
	"net/http"
	"time"
)

// A Feed has events.
type Feed struct{ events chan string }

// ServeHTTP writes each event when it comes.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "no streaming", http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		select {
		case e := <-f.events:
			fmt.Fprintf(w, "data: %s\n\n", e)
			flusher.Flush() // want `ServeHTTP streams a response per element: a client that does not read holds the handler, no ResponseController or WriteTimeout ends its writes \(unbufferedwrite/stream\)`
		case <-r.Context().Done():
			return
		}
	}
}

// Clock tells the time.
func Clock(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for now := range t.C {
		fmt.Fprintln(w, now)
		if rc.Flush() != nil { // want `Clock streams a response at each tick: .*unbufferedwrite/stream`
			return
		}
	}
}

// Page is no stream: it is written once.
func Page(w http.ResponseWriter, r *http.Request) {
	for _, part := range []string{"head", "body"} {
		fmt.Fprintln(w, part)
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
