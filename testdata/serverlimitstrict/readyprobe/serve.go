// Package readyprobe says whether it has room.
package readyprobe

import "net/http"

// A Renderer renders some pages at a time.
type Renderer struct {
	slots chan struct{}
}

// Register makes the renderer reachable, and answerable.
func (s *Renderer) Register(mux *http.ServeMux) {
	mux.HandleFunc("/render", s.render)
	mux.HandleFunc("/-/ready", func(w http.ResponseWriter, r *http.Request) {
		if len(s.slots) == cap(s.slots) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

func (s *Renderer) render(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("page"))
}
