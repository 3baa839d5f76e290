// Package uploads reads files that clients send.
package uploads

import (
	"io"
	"net/http"
)

const maxUpload = 8 << 20

// File reads an uploaded file whole.
func File(w http.ResponseWriter, r *http.Request) {
	f, _, err := r.FormFile("file")
	if err != nil {
		return
	}
	defer f.Close()
	b, _ := io.ReadAll(f) // want `read into memory: the client decides how much, nothing limits it`
	store(b)
}

// Parts reads the parts of a form.
func Parts(w http.ResponseWriter, r *http.Request) {
	mr, err := r.MultipartReader()
	if err != nil {
		return
	}
	for {
		p, err := mr.NextPart()
		if err != nil {
			return
		}
		b, _ := io.ReadAll(p) // want `read into memory: the client decides how much, nothing limits it`
		store(b)
	}
}

// LimitedFile limits the request before it is parsed.
func LimitedFile(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	f, _, err := r.FormFile("file")
	if err != nil {
		return
	}
	defer f.Close()
	b, _ := io.ReadAll(f)
	store(b)
}

// LimitedParts limits each part.
func LimitedParts(w http.ResponseWriter, r *http.Request) {
	mr, err := r.MultipartReader()
	if err != nil {
		return
	}
	for {
		p, err := mr.NextPart()
		if err != nil {
			return
		}
		b, _ := io.ReadAll(io.LimitReader(p, maxUpload+1))
		if len(b) > maxUpload {
			return
		}
		store(b)
	}
}

func store([]byte) {}
