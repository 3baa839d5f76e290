// Package readyrefuses lets nobody wait: who is refused knows at once.
package readyrefuses

import "net/http"

// A Renderer renders some pages at a time.
type Renderer struct {
	slots chan struct{}
}

// Register makes the renderer reachable.
func (s *Renderer) Register(mux *http.ServeMux) { mux.HandleFunc("/render", s.render) }

func (s *Renderer) render(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("page"))
}
