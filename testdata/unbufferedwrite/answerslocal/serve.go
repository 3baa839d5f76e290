// Package answerslocal answers those on this machine.
package answerslocal

import (
	"encoding/json"
	"net/http"
	"time"
)

// Serve is silent: nobody else can connect.
func Serve(state any) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/state", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(state) })
	srv := &http.Server{Addr: "localhost:6060", Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return srv.ListenAndServe()
}
