// Package pathlocks serves pictures in smaller sizes, which it makes when they
// are first asked for: a lock per picture keeps two from making the same one.
package pathlocks

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

const largest = 8 << 20

// making has a lock per picture that is, or ever was, made.
var making sync.Map

// A Shop makes pictures.
type Shop struct {
	root string
}

// ServeHTTP answers with a picture.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := filepath.FromSlash(s.root + r.URL.Path)
	b, err := s.smaller(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	_, _ = w.Write(b) // the client has gone: nothing to do
}

func (s *Shop) smaller(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// How large a picture is, and how much of it stays, says nothing about
	// how many there are.
	if info.Size() > largest || !s.worthwhile(f, info) {
		return nil, fs.ErrInvalid
	}
	abs, err := filepath.Abs(name + ".small")
	if err != nil {
		return nil, err
	}
	mu := lockOf(abs)
	mu.Lock()
	defer mu.Unlock()
	return os.ReadFile(abs)
}

// worthwhile reports whether the head of the picture gets much smaller.
func (s *Shop) worthwhile(f io.Reader, info fs.FileInfo) bool {
	h := &head{}
	n, err := io.CopyN(h, f, 4096)
	if err != nil {
		return false
	}
	return float64(len(h.packed)) < 0.8*float64(n)
}

type head struct{ packed []byte }

// Write packs p, in that it leaves out what is twice there.
func (h *head) Write(p []byte) (int, error) {
	for i, b := range p {
		if i == 0 || b != p[i-1] {
			h.packed = append(h.packed, b)
		}
	}
	return len(p), nil
}

func lockOf(path string) *sync.Mutex {
	v, _ := making.LoadOrStore(path, &sync.Mutex{}) // want `map making grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
	return v.(*sync.Mutex)
}
