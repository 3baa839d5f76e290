// Package answerstimed ends answers that take long to be read.
package answerstimed

import (
	"encoding/json"
	"net/http"
	"time"
)

// A Store has documents.
type Store struct {
	docs map[string]any
	// AnswerTimeout is how long a client may take; NewStore says how long.
	AnswerTimeout time.Duration
}

// NewStore returns a Store.
func NewStore() *Store { return &Store{AnswerTimeout: time.Minute} }

// Serve serves.
func (s *Store) Serve(addr string) error {
	srv := &http.Server{Addr: addr, Handler: s, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: s.AnswerTimeout}
	return srv.ListenAndServe()
}

// ServeHTTP is silent: the server has a write timeout.
func (s *Store) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(s.docs)
}
