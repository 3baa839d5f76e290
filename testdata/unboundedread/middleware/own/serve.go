// Package own has a middleware of its own.
package own

import (
	"encoding/json"
	"net/http"
)

// Limit wraps a handler.
func Limit(next http.Handler, n int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, n)
		next.ServeHTTP(w, r)
	})
}

// Serve uses it.
func Serve(addr string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/put", put)
	return http.ListenAndServe(addr, Limit(mux, 1<<20))
}

func put(w http.ResponseWriter, r *http.Request) {
	var v any
	_ = json.NewDecoder(r.Body).Decode(&v)
}
