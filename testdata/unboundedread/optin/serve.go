// Package optin has limits that hold only while an option is set.
package optin

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
)

// Checker asks servers how they are.
type Checker struct {
	// MaxAnswer is how many bytes of an answer are read, 0 for all.
	MaxAnswer int64
	// MaxBanner has a default.
	MaxBanner int64
	URL       string
	client    http.Client
}

// NewChecker fills in what is missing.
func NewChecker(c Checker) *Checker {
	if c.MaxBanner <= 0 {
		c.MaxBanner = 4 << 10
	}
	return &c
}

// Check reads the answer: the limit is off unless it was asked for.
func (c *Checker) Check() ([]byte, error) {
	resp, err := c.client.Get(c.URL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body io.Reader = resp.Body
	if c.MaxAnswer > 0 {
		body = io.LimitReader(body, c.MaxAnswer)
	}
	return io.ReadAll(body) // want `all of .*body read into memory: the server decides how much, the limit is off unless c.MaxAnswer is set .unboundedread/read-all.`
}

// Banner has a limit unless somebody turns it off.
func (c *Checker) Banner() ([]byte, error) {
	resp, err := c.client.Get(c.URL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body io.Reader = resp.Body
	if c.MaxBanner > 0 {
		body = io.LimitReader(body, c.MaxBanner)
	}
	return io.ReadAll(body)
}

type server struct {
	maxBody  int64 // option, off
	maxFrame uint32
	maxItem  uint32
	strict   bool
}

// An Option changes a server.
type Option func(*server)

// WithMaxBody limits bodies.
func WithMaxBody(n int64) Option { return func(s *server) { s.maxBody = n } }

// WithStrict checks more.
func WithStrict() Option { return func(s *server) { s.strict = true } }

// SetMaxFrame limits frames.
func (s *server) SetMaxFrame(n uint32) { s.maxFrame = n }

// New makes a server; whoever calls it says how large items may be.
func New(maxItem uint32, os ...Option) *server {
	s := &server{maxItem: maxItem}
	for _, o := range os {
		o(s)
	}
	return s
}

// ServeHTTP decodes what was posted.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.maxBody > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, s.maxBody)
	}
	var v []string
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil { // want `value decoded from r.Body: the client decides how large it is, the limit is off unless s.maxBody is set .unboundedread/decode.`
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

var errTooLarge = errors.New("too large")

// Frame checks its length only when there is a maximum.
func (s *server) Frame(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if s.maxFrame > 0 && n > s.maxFrame {
		return nil, errTooLarge
	}
	b := make([]byte, n) // want `allocation by a length read from .*: the peer decides how much, the limit is off unless s.maxFrame is set .unboundedread/declared-length.`
	_, err := io.ReadFull(c, b)
	return b, err
}

// Item checks its length: the constructor asks for a maximum.
func (s *server) Item(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if s.maxItem > 0 && n > s.maxItem {
		return nil, errTooLarge
	}
	b := make([]byte, n)
	_, err := io.ReadFull(c, b)
	return b, err
}

// Checked is what an option that is a flag turns on, length and all.
func (s *server) Checked(c net.Conn) ([]byte, error) {
	if !s.strict {
		return nil, nil
	}
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > 1<<20 {
		return nil, errTooLarge
	}
	return make([]byte, n), nil
}

// Lines is limited by a setting that an environment may change, and that is
// not zero by itself.
type Lines struct {
	Max int64
}

// DefaultLines is what is used.
func DefaultLines() Lines { return Lines{Max: 1 << 16} }

// All reads what there is.
func (l Lines) All(c net.Conn) ([]byte, error) {
	r := io.Reader(bufio.NewReader(c))
	if l.Max > 0 {
		r = io.LimitReader(r, l.Max)
	}
	return io.ReadAll(r)
}

// A meter reads no more than it was told to, if it was told.
type meter struct {
	c    net.Conn
	max  int
	seen int
}

// SetMax limits what is read.
func (m *meter) SetMax(n int) { m.max = n }

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.c.Read(p)
	m.seen += n
	if m.max > 0 && m.seen > m.max {
		return n, errTooLarge
	}
	return n, err
}

// Metered reads through a limit that is off.
func Metered(c net.Conn) ([]byte, error) {
	return io.ReadAll(&meter{c: c}) // want `the limit is off unless m.max is set .unboundedread/read-all.`
}

// Grow makes room when there is too little: that is no limit.
func Grow(c net.Conn, b []byte) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if cap(b) < n {
		b = make([]byte, n) // want `allocation by a length read from .*unboundedread/declared-length`
	}
	_, err := io.ReadFull(c, b[:n])
	return b[:n], err
}

// GrowChecked has a limit as well.
func GrowChecked(c net.Conn, b []byte) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if cap(b) < n {
		if n > 1<<20 {
			return nil, errTooLarge
		}
		b = make([]byte, n)
	}
	_, err := io.ReadFull(c, b[:n])
	return b[:n], err
}
