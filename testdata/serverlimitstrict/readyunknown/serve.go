// Package readyunknown waits for slots, and registers nothing: whoever does
// may register a probe beside it.
package readyunknown

import "net/http"

// A Renderer renders some pages at a time.
type Renderer struct {
	slots chan struct{}
}

// ServeHTTP renders.
func (s *Renderer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("page"))
}
