// Package ssetimed gives each event a deadline.
package ssetimed

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A Feed has events.
type Feed struct{ events chan string }

// ServeHTTP writes each event within ten seconds. Behind a TimeoutHandler or a
// wrapper without Unwrap there is no deadline to be had.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	for {
		select {
		case e := <-f.events:
			if err := rc.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil && !errors.Is(err, http.ErrNotSupported) {
				return
			}
			fmt.Fprintf(w, "data: %s\n\n", e)
			if rc.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
