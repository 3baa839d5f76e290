// Package handler takes orders over HTTP and tells the warehouse about each. It
// answers at once and leaves the telling to a goroutine.
package handler

import (
	"context"
	"log"
	"net/http"
	"time"
)

// A Server takes orders.
type Server struct {
	Tell func(ctx context.Context, order string) error // tells the warehouse
	Log  *log.Logger
}

// ServeHTTP takes one order.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	if order == "" {
		http.Error(w, "which order?", http.StatusBadRequest)
		return
	}
	go s.tell(order) // want `goroutine started by handler ServeHTTP outlives the request: .*unboundedgo/handler`
	w.WriteHeader(http.StatusAccepted)
}

// tell tells the warehouse about order.
func (s *Server) tell(order string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Tell(ctx, order); err != nil {
		s.Log.Printf("order %s: %v", order, err)
	}
}
