// Package answersoptin has a write timeout for those who set it.
package answersoptin

import (
	"encoding/json"
	"net"
	"net/http"
	"time"
)

// Seconds is how a configuration file says how long.
type Seconds int64

// A Store has documents.
type Store struct {
	docs map[string]any
	// HeaderTimeout has a default, AnswerTimeout none.
	HeaderTimeout Seconds
	AnswerTimeout Seconds
}

// Serve serves.
func (s *Store) Serve(ln net.Listener) error {
	if s.HeaderTimeout == 0 {
		s.HeaderTimeout = 60
	}
	srv := &http.Server{ // want `responses of this server: a client that does not read holds the handler, a write timeout ends that only where AnswerTimeout is set, and by default it is not \(unbufferedwrite/no-deadline\)`
		Handler:           s,
		ReadHeaderTimeout: time.Duration(s.HeaderTimeout) * time.Second,
		WriteTimeout:      time.Duration(s.AnswerTimeout),
	}
	return srv.Serve(ln)
}

// ServeHTTP answers.
func (s *Store) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(s.docs)
}
