// Package reply answers requests.
package reply

import "net/http"

// Fail answers with the code.
func Fail(w http.ResponseWriter, code int) { http.Error(w, http.StatusText(code), code) }

// Refuse answers with the code, and says when to come back.
func Refuse(w http.ResponseWriter, code int) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, http.StatusText(code), code)
}
