// Package otherpath limits what clients post, and not what they put.
package otherpath

import (
	"io"
	"net/http"
)

const maxPost = 1 << 20

// Handle takes what clients send.
func Handle(w http.ResponseWriter, r *http.Request) {
	var err error
	if r.Method == http.MethodPost {
		err = post(w, r)
	} else {
		err = put(r)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	}
}

func post(w http.ResponseWriter, r *http.Request) error {
	_, err := read(http.MaxBytesReader(w, r.Body, maxPost))
	return err
}

func put(r *http.Request) error {
	_, err := read(r.Body)
	return err
}

func read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(r) // want `r.Body read into memory: the client decides how much, the limit is on another path \(unboundedread/lost-limit\)`
	if err != nil {
		return nil, err
	}
	return b, nil
}
