// Package limit has a reader that fails after a number of bytes.
package limit

import (
	"errors"
	"io"
)

// ErrLong is returned where there is more than the limit.
var ErrLong = errors.New("limit reached")

type reader struct {
	r    io.Reader
	left uint64
}

func (l *reader) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, ErrLong
	}
	n, err := l.r.Read(p[:min(uint64(len(p)), l.left)])
	l.left -= uint64(n)
	return n, err
}

// To returns a reader of at most n bytes of r.
func To(r io.Reader, n uint64) io.Reader { return &reader{r, n} }

type meter struct {
	r    io.Reader
	read uint64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.read += uint64(n)
	return n, err
}

// Measured returns a reader that counts what is read of r.
func Measured(r io.Reader) io.Reader { return &meter{r: r} }
