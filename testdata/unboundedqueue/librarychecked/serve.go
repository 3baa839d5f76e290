// Package librarychecked asks how long the queue of a library is before
// anything goes into it.
package librarychecked

import (
	"context"
	"net/http"

	"github.com/smallnest/chanx"
)

type server struct{ in *chanx.UnboundedChan[string] }

func newServer(ctx context.Context) *server {
	return &server{chanx.NewUnboundedChan[string](ctx, 100)}
}

const maxWaiting = 10_000

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.in.BufLen() >= maxWaiting {
		http.Error(w, "too busy", http.StatusServiceUnavailable)
		return
	}
	s.in.In <- r.URL.Path
}
