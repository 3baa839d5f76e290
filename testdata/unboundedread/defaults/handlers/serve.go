// Package handlers has a limit around all handlers.
package handlers

import (
	"encoding/json"
	"net"
	"net/http"
)

// Serve limits what the handlers read.
func Serve(ln net.Listener) error {
	return http.Serve(ln, http.MaxBytesHandler(http.HandlerFunc(put), 1<<20))
}

func put(w http.ResponseWriter, r *http.Request) {
	var v any
	_ = json.NewDecoder(r.Body).Decode(&v)
}
