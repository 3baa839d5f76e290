// Package http3answer answers requests over HTTP/3, whose server has no write
// timeout.
package http3answer

import (
	"net/http"
	"time"

	"github.com/quic-go/quic-go/http3"
)

// A Server answers with what Lookup finds.
type Server struct {
	h3     *http3.Server
	Lookup func(key string) []byte
}

// New returns a Server.
func New(addr string) *Server {
	s := &Server{h3: &http3.Server{Addr: addr}}
	s.h3.Handler = s
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "", http.StatusMethodNotAllowed)
		return
	}
	w.WriteHeader(http.StatusOK)
	w.Write(s.Lookup(r.URL.Path)) // want `write of a response: the client decides when its stream takes more, .*unbufferedwrite/no-deadline`
}

// A Timed server gives each answer ten seconds.
type Timed struct{ Server }

// NewTimed returns a Timed server.
func NewTimed(addr string) *Timed {
	t := &Timed{}
	t.h3 = &http3.Server{Addr: addr, Handler: t}
	return t
}

// ServeHTTP answers one request.
func (t *Timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Second))
	w.Write(t.Lookup(r.URL.Path))
}
