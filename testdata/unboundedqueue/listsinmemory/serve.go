// Package listsinmemory makes one thing of each element of a list that is
// there already: what comes out is about as large.
package listsinmemory

import (
	"encoding/json"
	"net/http"
	"strings"
)

type order struct{ Items []string }

// A local buffer of a decoded list.
func summary(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		return
	}
	var b strings.Builder
	for _, item := range o.Items {
		b.WriteString(item + "; ")
	}
	_, _ = w.Write([]byte(b.String()))
}

// A local map that a literal fills.
func distinct(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		return
	}
	seen := map[string]bool{}
	note := func(s string) { seen[s] = true }
	for _, item := range o.Items {
		note(item)
	}
	_ = json.NewEncoder(w).Encode(len(seen))
}
