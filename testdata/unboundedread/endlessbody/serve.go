// Package endlessbody keeps what clients put.
package endlessbody

import (
	"io"
	"net/http"
)

// Put reads all of the body before it answers.
func Put(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body) // want `all of r.Body read into memory: the client decides how much, nothing limits it \(unboundedread/read-all\)`
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	_, _ = w.Write(b[:min(len(b), 8)])
}
