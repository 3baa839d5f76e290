// Package answersdebug answers on a server of somebody else's, and serves for
// those who debug it what is registered by others. All is silent.
package answersdebug

import (
	"encoding/json"
	"net/http"
	_ "net/http/pprof"
)

// A Mux is what plugins register their handlers with.
type Mux interface {
	HandleFunc(path string, f func(http.ResponseWriter, *http.Request))
}

// Register registers the handlers.
func Register(m Mux, docs map[string]any) {
	m.HandleFunc("/docs", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(docs) })
}

// Debug serves profiles.
func Debug(addr string) error { return http.ListenAndServe(addr, nil) }
