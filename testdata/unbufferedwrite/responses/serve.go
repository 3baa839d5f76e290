// Package responses streams with timeouts that end no write.
package responses

import (
	"fmt"
	"net/http"
	"time"
)

// A Feed has events.
type Feed struct{ events chan string }

// Serve ends what takes long to read, and idle connections.
func (f *Feed) Serve(addr string) error {
	srv := &http.Server{
		Addr: addr, Handler: f,
		ReadTimeout: time.Minute, ReadHeaderTimeout: time.Minute, IdleTimeout: time.Minute, WriteTimeout: 0,
	}
	return srv.ListenAndServe()
}

// ServeHTTP writes each event when it comes. The request's context ends when
// the client has gone, and a read deadline ends reads.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	if rc.SetReadDeadline(time.Now().Add(time.Minute)) != nil {
		return
	}
	for {
		select {
		case e := <-f.events:
			fmt.Fprintf(w, "data: %s\n\n", e)
			if rc.Flush() != nil { // want `ServeHTTP streams a response per element: .*unbufferedwrite/stream`
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
