// Package timeouts has timeouts of servers, none of which ends a wait: a write
// timeout does not end the request's context, and the handler behind a
// TimeoutHandler goes on when 503 has been answered.
package timeouts

import (
	"io"
	"net"
	"net/http"
	"time"
)

// A Store asks a database, at most a few questions at a time.
type Store struct {
	slots chan struct{}
	addr  string
}

func (s *Store) ask(key string) ([]byte, error) {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if _, err := io.WriteString(c, key); err != nil {
		return nil, err
	}
	return io.ReadAll(c)
}

// Serve gives every answer a minute.
func (s *Store) Serve(ln net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/plain", s.plain)
	mux.Handle("/limited", http.TimeoutHandler(http.HandlerFunc(s.limited), time.Second, "busy"))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute, WriteTimeout: time.Minute}
	return srv.Serve(ln)
}

func (s *Store) plain(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{} // want `wait for a slot of s.slots lasts as long as holders that wait for peers: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer func() { <-s.slots }()
	answer, err := s.ask(r.URL.Path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Write(answer)
}

func (s *Store) limited(w http.ResponseWriter, r *http.Request) {
	s.slots <- struct{}{} // want `wait for a slot of s.slots lasts as long as holders that wait for peers: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer func() { <-s.slots }()
	answer, err := s.ask(r.URL.Path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Write(answer)
}
