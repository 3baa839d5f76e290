// Package busywriter has a writer that says when to come back, whoever answers.
package busywriter

import "net/http"

// A patient writer knows which answers are busy ones.
type patient struct{ http.ResponseWriter }

func (p patient) WriteHeader(code int) {
	if code == http.StatusServiceUnavailable {
		p.Header().Set("Retry-After", "3")
	}
	p.ResponseWriter.WriteHeader(code)
}

func with(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(patient{w}, r) })
}

func busy(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "busy", http.StatusServiceUnavailable)
}
