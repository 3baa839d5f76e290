// Package flowcontrol has streams whose windows bound what waits in them.
package flowcontrol

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
)

var errFlow = errors.New("peer exceeds its window")

// A window is how many bytes the peer may still send.
type window struct{ left int32 }

// takeBoth takes n bytes of the stream's window and of the session's.
func takeBoth(a, b *window, n uint32) bool {
	if n > uint32(a.left) || n > uint32(b.left) {
		return false
	}
	a.left -= int32(n)
	b.left -= int32(n)
	return true
}

func (w *window) give(n int) { w.left += int32(n) }

type stream struct {
	mu      sync.Mutex
	in      window
	chunks  [][]byte
	loose   [][]byte
	closed  bool
	gotTail bool
	tail    []string
	notes   []string
	noted   bool
}

func (s *stream) read() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.chunks) == 0 {
		return nil
	}
	p := s.chunks[0]
	s.chunks = s.chunks[1:]
	s.in.give(len(p))
	return p
}

func (s *stream) readLoose() (p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.loose) > 0 {
		p, s.loose = s.loose[0], s.loose[1:]
	}
	return p
}

type session struct {
	in window
	st *stream
}

// loop takes one frame after the other.
func (s *session) loop(c net.Conn) error {
	r := bufio.NewReader(c)
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return err
		}
		p := make([]byte, binary.BigEndian.Uint16(head[1:]))
		if _, err := io.ReadFull(r, p); err != nil {
			return err
		}
		var err error
		switch head[0] {
		case 0:
			err = s.data(p)
		case 1:
			err = s.unchecked(p)
		case 2:
			err = s.tail(p)
		case 3:
			err = s.note(p)
		}
		if err != nil {
			return err
		}
	}
}

// The window bounds it, behind a flag that tells something else.
func (s *session) data(p []byte) error {
	st := s.st
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed {
		return nil
	}
	if !takeBoth(&s.in, &st.in, uint32(len(p))) {
		return errFlow
	}
	if len(p) == 0 {
		st.closed = true
		return nil
	}
	st.chunks = append(st.chunks, p)
	return nil
}

func (s *session) unchecked(p []byte) error {
	st := s.st
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed {
		return nil
	}
	st.loose = append(st.loose, p) // want `buffer s.st.loose grows with each read: peers decide how much`
	return nil
}

// There is one tail per stream.
func (s *session) tail(p []byte) error {
	st := s.st
	if st.gotTail {
		return errFlow
	}
	st.gotTail = true
	for _, b := range p {
		st.tail = append(st.tail, string(b))
	}
	return nil
}

// The flag is taken back with the next request for notes.
func (s *session) note(p []byte) error {
	st := s.st
	if len(p) == 0 {
		st.noted = false
		return nil
	}
	if st.noted {
		return errFlow
	}
	st.noted = true
	st.notes = append(st.notes, string(p)) // want `queue s.st.notes grows with each read: peers decide how much, nothing takes out of it or bounds it`
	return nil
}

// A register makes an entry if it is asked to.
type register struct {
	mu    sync.Mutex
	known map[string]*stream
	all   map[string]*stream
}

func (g *register) find(name string, create bool) *stream {
	g.mu.Lock()
	defer g.mu.Unlock()
	st := g.known[name]
	if st == nil && create {
		st = &stream{}
		g.known[name] = st
	}
	return st
}

func (g *register) add(name string) *stream { return g.find(name, true) }

// ServeHTTP only looks: the flag that it passes says so.
func (g *register) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.find(r.FormValue("name"), false) == nil {
		http.NotFound(w, r)
	}
}

func (g *register) obtain(name string, create bool) *stream {
	g.mu.Lock()
	defer g.mu.Unlock()
	st := g.all[name]
	if st == nil && create {
		st = &stream{}
		g.all[name] = st // want `map g.all grows with each new key: peers decide its keys`
	}
	return st
}

func (g *register) handle(w http.ResponseWriter, r *http.Request) {
	g.obtain(r.FormValue("name"), true)
}
