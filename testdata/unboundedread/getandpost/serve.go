// Package getandpost takes questions either as a body or as text in the URL.
package getandpost

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

const maxBody = 4096

var errMethod = errors.New("no such method")

// A Question is what is asked.
type Question struct{ name []byte }

// Unpack fills q.
func (q *Question) Unpack(b []byte) error {
	if len(b) == 0 {
		return io.ErrUnexpectedEOF
	}
	q.name = b[1:]
	return nil
}

// Read returns the question of r.
func Read(r *http.Request) (*Question, error) {
	switch r.Method {
	case http.MethodGet:
		return fromURL(r)
	case http.MethodPost:
		return fromBody(r)
	}
	return nil, errMethod
}

func fromBody(r *http.Request) (*Question, error) {
	defer r.Body.Close()
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	q := new(Question)
	return q, q.Unpack(b)
}

func fromURL(r *http.Request) (*Question, error) {
	all, ok := r.URL.Query()["q"]
	if !ok || len(all) != 1 {
		return nil, errors.New("one q is needed")
	}
	return fromText(all[0]) // want `text in the head of a request decoded: only the size of heads bounds how long it is, the limit on bodies is on another path \(unboundedread/lost-limit\)`
}

func fromText(s string) (*Question, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	q := new(Question)
	return q, q.Unpack(b)
}

// Handle does both in one function, and goes on with either in the same way.
func Handle(w http.ResponseWriter, r *http.Request) {
	var b []byte
	var err error
	if r.Method == http.MethodPost {
		b, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	} else {
		b, err = hex.DecodeString(r.URL.Query().Get("q")) // want `text in the head of a request decoded: only the size of heads bounds how long it is, the limit on bodies is on another path \(unboundedread/lost-limit\)`
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, b)
}

func answer(w http.ResponseWriter, b []byte) {
	var q Question
	if err := q.Unpack(b); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = w.Write(q.name) // the client has gone: nothing to do
}

// Large takes bodies larger than heads can be: what is in the URL is less.
func Large(r *http.Request) (*Question, error) {
	if r.Method == http.MethodPost {
		b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 4<<20))
		if err != nil {
			return nil, err
		}
		q := new(Question)
		return q, q.Unpack(b)
	}
	b, err := base64.StdEncoding.DecodeString(r.FormValue("q"))
	if err != nil {
		return nil, err
	}
	q := new(Question)
	return q, q.Unpack(b)
}

type page struct{ After int }

type entry struct{ Text string }

// Entries takes where to go on in the URL, and a new entry in the body: the
// limit on entries has nothing to do with pages.
func Entries(r *http.Request) error {
	if r.Method == http.MethodPost {
		return create(r)
	}
	return list(r)
}

func create(r *http.Request) error {
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return err
	}
	var e entry
	return json.Unmarshal(b, &e)
}

func list(r *http.Request) error {
	b, err := base64.StdEncoding.DecodeString(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	var p page
	return json.Unmarshal(b, &p)
}

// Both takes a question and, in its body, another: not either of them.
func Both(r *http.Request) ([]*Question, error) {
	q, err := fromBody(r)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(r.URL.Query().Get("and"))
	if err != nil {
		return nil, err
	}
	o := new(Question)
	return []*Question{q, o}, o.Unpack(b)
}

// After looks at how much it was when it is decoded: late, and still a limit
// on what is made of it.
func After(r *http.Request) (*Question, error) {
	if r.Method == http.MethodPost {
		return fromBody(r)
	}
	b, err := base64.StdEncoding.DecodeString(r.URL.Query().Get("q"))
	if err != nil {
		return nil, err
	}
	if len(b) > maxBody {
		return nil, errors.New("too long")
	}
	q := new(Question)
	return q, q.Unpack(b)
}

// ratio compares numbers that are not whole: they are the length of nothing.
func ratio(read, asked float64) bool { return read/asked > 0.5 }
