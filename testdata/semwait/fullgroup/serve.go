// Package fullgroup takes orders and tells the warehouse about each in a
// goroutine of a group that has a limit.
package fullgroup

import (
	"net/http"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many orders the warehouse is told at a time.
const atOnce = 8

// A Server takes orders.
type Server struct {
	tell    func(order string) error
	tellers errgroup.Group
}

// NewServer returns a server that tells tell.
func NewServer(tell func(order string) error) *Server {
	s := &Server{tell: tell}
	s.tellers.SetLimit(atOnce)
	return s
}

// ServeHTTP takes one order.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	order := r.URL.Path
	s.tellers.Go(func() error { return s.tell(order) }) // want `wait for room in s.tellers lasts as long as the goroutines in it: r.Context\(\) cannot end it \(semwait/no-context\)`
	w.WriteHeader(http.StatusAccepted)
}
