// Package bomb inflates what clients put.
package bomb

import (
	"compress/gzip"
	"io"
	"net/http"
)

const maxBody = 1 << 20

// Put counts the bytes of a body.
func Put(w http.ResponseWriter, r *http.Request) {
	b, err := inflate(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	_, _ = w.Write(b[:min(len(b), 8)])
}

func inflate(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z) // want `inflated bytes of r.Body read into memory: the client decides how many, the limit is on what goes in \(unboundedread/decompress\)`
	if err != nil {
		return nil, err
	}
	return b, nil
}
