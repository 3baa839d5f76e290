// Package middleware limits all of its handlers with http.MaxBytesHandler.
package middleware

import (
	"io"
	"net/http"
)

const maxBody = 1 << 20

// Handler is what is served.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/put", put)
	return http.MaxBytesHandler(mux, maxBody)
}

func put(w http.ResponseWriter, r *http.Request) {
	_, _ = io.ReadAll(r.Body)
}
