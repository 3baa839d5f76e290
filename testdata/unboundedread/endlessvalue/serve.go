// Package endlessvalue decodes what clients put.
package endlessvalue

import (
	"encoding/json"
	"io"
	"net/http"
)

// Put decodes a name.
func Put(w http.ResponseWriter, r *http.Request) {
	var v struct{ Name string }
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil { // want `value decoded from r.Body: the client decides how large it is, nothing limits it \(unboundedread/decode\)`
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, v.Name)
}
