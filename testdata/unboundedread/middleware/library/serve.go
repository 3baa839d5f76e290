// Package library uses a middleware of another package.
package library

import (
	"encoding/json"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/middleware/own"
)

// Serve uses it.
func Serve(addr string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/put", put)
	return http.ListenAndServe(addr, own.Limit(mux, 1<<20))
}

func put(w http.ResponseWriter, r *http.Request) {
	var v any
	_ = json.NewDecoder(r.Body).Decode(&v)
}
