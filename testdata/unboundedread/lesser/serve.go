// Package lesser reads through readers of another package.
package lesser

import (
	"io"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/lesser/limit"
)

// limited is silent: the reader takes the lesser of what is asked for and what
// is left.
func limited(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(limit.To(r.Body, 1<<16)); err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	}
}

// measured is reported: a reader that only counts limits nothing.
func measured(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(limit.Measured(r.Body)); err != nil { // want `all of r.Body read into memory: the client decides how much, nothing limits it \(unboundedread/read-all\)`
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}
