// Package answers serves documents of any size, and gives clients as long as
// they like to read them.
package answers

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// A Store has documents.
type Store struct{ docs map[string]any }

// Serve ends what takes long to be asked, not what takes long to be read.
func (s *Store) Serve(addr string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/doc", s.doc)
	mux.HandleFunc("/all", s.all)
	mux.HandleFunc("/page", s.page)
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

// number is what most handlers call. It answers nothing that is long.
func number(w http.ResponseWriter, r *http.Request, name string) (int, bool) {
	n, err := strconv.Atoi(r.FormValue(name))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte("bad number: " + err.Error()))
		return 0, false
	}
	return n, true
}

func (s *Store) page(w http.ResponseWriter, r *http.Request) {
	n, ok := number(w, r, "page")
	m, many := number(w, r, "size")
	if k, count := number(w, r, "count"); ok && many && count {
		respond(w, http.StatusOK, s.docs[strconv.Itoa(n*m+k)])
	}
}

func respond(w http.ResponseWriter, status int, doc any) {
	text, err := json.Marshal(doc)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(text) // want `write of a response: a client that does not read holds the handler, the server has no write timeout and no deadline is set \(unbufferedwrite/no-deadline\)`
}
