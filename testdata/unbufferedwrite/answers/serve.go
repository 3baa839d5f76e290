// Package answers serves documents of any size, and gives clients as long as
// they like to read them.
package answers

import (
	"encoding/json"
	"net/http"
	"time"
)

// A Store has documents.
type Store struct{ docs map[string]any }

// Serve ends what takes long to be asked, not what takes long to be read.
func (s *Store) Serve(addr string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/doc", s.doc)
	mux.HandleFunc("/all", s.all)
	mux.HandleFunc("/ping", ping)
	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return srv.ListenAndServe()
}

func (s *Store) doc(w http.ResponseWriter, r *http.Request) {
	respond(w, http.StatusOK, s.docs[r.FormValue("id")])
}

func (s *Store) all(w http.ResponseWriter, r *http.Request) {
	respond(w, http.StatusOK, s.docs)
}

// Ping is silent: a word fits into any buffer.
func ping(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("pong")) }

func respond(w http.ResponseWriter, status int, doc any) {
	text, err := json.Marshal(doc)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(text) // want `write of a response: a client that does not read holds the handler, the server has no write timeout and no deadline is set \(unbufferedwrite/no-deadline\)`
}
