// Package answersdefault registers its handlers where all may.
package answersdefault

import (
	"encoding/json"
	"net/http"
)

// Serve serves what is registered.
func Serve(addr string, docs map[string]any) error {
	http.HandleFunc("/docs", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(docs) // want `write of a response: a client that does not read holds the handler`
	})
	return http.ListenAndServe(addr, nil)
}
