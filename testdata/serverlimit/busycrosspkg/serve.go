// Package busycrosspkg has its answers given elsewhere.
package busycrosspkg

import (
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/serverlimit/busycrosspkg/reply"
)

func fails(w http.ResponseWriter, r *http.Request) {
	reply.Fail(w, http.StatusServiceUnavailable) // want `503 answered without Retry-After`
}

func refuses(w http.ResponseWriter, r *http.Request) {
	reply.Refuse(w, http.StatusServiceUnavailable)
}

// Writer is another name.
type Writer = http.ResponseWriter

func aliased(w Writer, r *http.Request) {
	w.WriteHeader(http.StatusTooManyRequests) // want `429 answered without Retry-After`
}

// limited answers those that may come with what makes their answers.
func limited[T any](allow func() bool, answer func(*http.Request) T, write func(http.ResponseWriter, T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !allow() {
			w.WriteHeader(http.StatusTooManyRequests) // want `429 answered without Retry-After`
			return
		}
		write(w, answer(r))
	}
}

var _ = limited[string]

// asked is told by others what to answer.
func asked(w http.ResponseWriter, code int) { w.WriteHeader(code) }
