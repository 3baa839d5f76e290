// Package readyname has a probe that others register.
package readyname

import "net/http"

// A Renderer renders some pages at a time.
type Renderer struct {
	slots chan struct{}
}

// Register makes the renderer reachable.
func (s *Renderer) Register(mux *http.ServeMux) { mux.HandleFunc("/render", s.render) }

// Healthy reports whether there is room.
func (s *Renderer) Healthy() bool { return len(s.slots) < cap(s.slots) }

func (s *Renderer) render(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("page"))
}
