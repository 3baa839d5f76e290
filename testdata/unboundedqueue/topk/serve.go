// Package topk answers which entries of an index score best.
package topk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// A Hit is an entry that was found.
type Hit struct{ ID, Score int }

// A Server answers queries.
type Server struct {
	Next func(ctx context.Context) (Hit, bool) // finds one more
}

// ServeHTTP answers one query.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k, err := strconv.Atoi(r.PathValue("k"))
	if err != nil || k < 0 {
		http.Error(w, "how many?", http.StatusBadRequest)
		return
	}
	best := make([]Hit, 0, k) // want `capacity k of slice: a peer chooses it, nothing bounds it \(unboundedqueue/capacity\)`
	for len(best) < k {
		h, ok := s.Next(r.Context())
		if !ok {
			break
		}
		best = append(best, h)
	}
	for _, h := range best {
		if _, err := fmt.Fprintln(w, h.ID, h.Score); err != nil {
			return // the client is gone
		}
	}
}
