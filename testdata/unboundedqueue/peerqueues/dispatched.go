package peerqueues

import (
	"errors"
	"net/http"
	"sync"
)

// A call is what one request is answered from.
type call struct {
	errs []error
	name string
}

type api struct {
	mu   sync.Mutex
	errs []error
}

func (a *api) register(mux *http.ServeMux) {
	mux.HandleFunc("/files/", a.dispatch(files))
	mux.HandleFunc("/links/", a.dispatch(a.links))
}

// dispatch makes a handler for each request.
func (a *api) dispatch(d func(*call, *http.Request) http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{name: r.URL.Path}
		d(c, r).ServeHTTP(w, r)
		for _, err := range c.errs {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}
}

var errName = errors.New("no name")

// files is silent: the list is the request's.
func files(c *call, r *http.Request) http.Handler {
	if r.FormValue("name") == "" {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.errs = append(c.errs, errName)
		})
	}
	return &file{call: c}
}

// A file is made for the request that asks for it.
type file struct {
	*call
	seen []string
}

// ServeHTTP is silent for the same reason.
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.seen = append(f.seen, r.RemoteAddr)
	f.errs = append(f.errs, errName)
}

// links is reported: the server's own list gets one more with each request.
func (a *api) links(c *call, r *http.Request) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.errs = append(a.errs, errors.New(r.RemoteAddr)) // want `queue a.errs grows with each request: peers decide how much, nothing takes out of it or bounds it`
	})
}
