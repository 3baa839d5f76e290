// Package readiness limits what it renders at once, and nobody can ask it
// whether it has room.
package readiness

import "net/http"

// A Renderer renders some pages at a time.
type Renderer struct {
	slots chan struct{}
}

// Register makes the renderer reachable.
func (s *Renderer) Register(mux *http.ServeMux) {
	mux.HandleFunc("/render", s.render)
	mux.HandleFunc("/preview", s.preview)
}

func (s *Renderer) render(w http.ResponseWriter, r *http.Request) {
	select { // want `requests wait for slots, and nothing says whether there are any: callers learn of overload by waiting \(serverlimit/readiness\)`
	case s.slots <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("page"))
}

// preview waits for a slot too: it is said once.
func (s *Renderer) preview(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	_, _ = w.Write([]byte("small page"))
}
