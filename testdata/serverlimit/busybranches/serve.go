// Package busybranches says when to come back in some places, and not in others.
package busybranches

import (
	"net/http"
	"time"
)

// limit says when to come back to those that it makes wait, and to no others.
func limit(w http.ResponseWriter, r *http.Request, delay time.Duration, next http.Handler) {
	if delay < 0 {
		http.Error(w, "not that many", http.StatusTooManyRequests) // want `429 answered without Retry-After`
		return
	}
	if delay > time.Second {
		later(w, delay)
		return
	}
	next.ServeHTTP(w, r)
}

func later(w http.ResponseWriter, delay time.Duration) {
	w.Header().Set("Retry-After", delay.String())
	w.WriteHeader(http.StatusTooManyRequests)
}

// routes has two handlers, one of which says it.
func routes(mux *http.ServeMux) {
	mux.HandleFunc("/one", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(503)
	})
	mux.HandleFunc("/two", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(503) // want `503 answered without Retry-After`
	})
}

// A writer adds to what answers.
type writer interface {
	http.ResponseWriter
	Written() bool
}

func byWriter(w writer) {
	if !w.Written() {
		w.WriteHeader(503) // want `503 answered without Retry-After`
	}
}

// already and deliver have parts of the words that probes are called by.
func already(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(429) // want `429 answered without Retry-After`
}

func deliverMapping(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(429) // want `429 answered without Retry-After`
}

func writeStatus(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(429) // want `429 answered without Retry-After`
}

func handleStatus(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }

func liveQuery(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(429) // want `429 answered without Retry-After`
}

func getLive(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }
