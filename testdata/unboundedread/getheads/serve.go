// Package getheads has its server refuse heads longer than its bodies.
package getheads

import (
	"encoding/base64"
	"io"
	"net/http"
	"time"
)

const maxBody = 4096

// A Question is what is asked.
type Question struct{ name []byte }

// Unpack fills q.
func (q *Question) Unpack(b []byte) error {
	q.name = b
	return nil
}

// Read returns the question of r.
func Read(r *http.Request) (*Question, error) {
	if r.Method == http.MethodPost {
		return fromBody(r)
	}
	return fromURL(r)
}

func fromBody(r *http.Request) (*Question, error) {
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	q := new(Question)
	return q, q.Unpack(b)
}

func fromURL(r *http.Request) (*Question, error) {
	s := r.URL.Query().Get("q")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	q := new(Question)
	return q, q.Unpack(b)
}

// Server returns a server of questions.
func Server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, MaxHeaderBytes: maxBody, ReadHeaderTimeout: time.Minute}
}
