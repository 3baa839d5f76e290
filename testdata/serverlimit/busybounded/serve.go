// Package busybounded says when to come back, or is asked on a schedule.
package busybounded

import (
	"net/http"
	"strconv"
)

func direct(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "busy", http.StatusServiceUnavailable)
}

func canonical(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Retry-After"] = []string{"1"}
	w.WriteHeader(503)
}

func byHelper(w http.ResponseWriter, r *http.Request) {
	busy(w, 503)
}

func busy(w http.ResponseWriter, code int) {
	if code == 503 || code == 429 {
		w.Header().Add("retry-after", strconv.Itoa(code/100))
	}
	w.WriteHeader(code)
}

func caller(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "5")
	callee(w)
}

func callee(w http.ResponseWriter) { w.WriteHeader(429) }

// Healthz is asked by a load balancer.
func Healthz(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "draining", http.StatusServiceUnavailable)
}

func register(mux *http.ServeMux, up func() bool) {
	mux.HandleFunc("/-/ready", func(w http.ResponseWriter, r *http.Request) {
		if !up() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

// A client asks, and is answered such a status.
func retryable(res *http.Response) bool {
	return res.StatusCode == 503 || res.StatusCode == 429
}

// copied is the backend's answer.
func copied(w http.ResponseWriter, res *http.Response) { w.WriteHeader(res.StatusCode) }

// An Err is an answer.
type Err struct{ Code int }

func (e Err) Error() string { return strconv.Itoa(e.Code) }

// notAHandler is called by jobs, too.
func notAHandler() error { return Err{503} }

// answer is told 503 by a function that sets the header.
func answer(w http.ResponseWriter) error { return Err{503} }

// Limit counts to 503.
func Limit(w http.ResponseWriter, n int) bool { return n < 503 }

// Before is set once for all answers.
func before(w http.ResponseWriter, r *http.Request, full bool) {
	w.Header().Set("Retry-After", "2")
	fail := func() { w.WriteHeader(503) }
	if full {
		fail()
		return
	}
	if r.Body == nil {
		http.Error(w, "slower", 429)
	}
}
