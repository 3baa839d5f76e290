// Package callerslimit uses the queues of package unfortunate.
package callerslimit

import (
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/unboundedqueue/unfortunate"
)

type server struct {
	slots   chan struct{}
	queue   *unfortunate.Queue
	journal *unfortunate.Journal
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
		s.queue.Put(r.URL.Path)
	default:
		http.Error(w, "too busy", http.StatusServiceUnavailable)
	}
}

func (s *server) work(do func(string)) {
	for {
		do(s.queue.Get())
		<-s.slots
	}
}

func (s *server) note(w http.ResponseWriter, r *http.Request) { s.journal.Note(r.URL.Path) }
