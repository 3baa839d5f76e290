// Package doubling grows buffers while a peer sends.
package doubling

import (
	"bytes"
	"errors"
	"io"
	"net"
)

var errTooLarge = errors.New("too large")

// A Reader reads commands.
type Reader struct {
	r   io.Reader
	buf []byte
	end int
}

// Next returns the next command, however long.
func (r *Reader) Next() ([]byte, error) {
	for {
		if i := bytes.IndexByte(r.buf[:r.end], '\n'); i >= 0 {
			return r.buf[:i], nil
		}
		if r.end == len(r.buf) {
			larger := make([]byte, len(r.buf)*2) // want `all of c read into memory: the peer decides how much, nothing limits it`
			copy(larger, r.buf)
			r.buf = larger
		}
		n, err := r.r.Read(r.buf[r.end:])
		if err != nil {
			return nil, err
		}
		r.end += n
	}
}

// A Capped reader stops.
type Capped struct {
	r   io.Reader
	buf []byte
	end int
	max int
}

// Next fails for commands longer than max.
func (r *Capped) Next() ([]byte, error) {
	for {
		if i := bytes.IndexByte(r.buf[:r.end], '\n'); i >= 0 {
			return r.buf[:i], nil
		}
		if r.end > r.max {
			return nil, errTooLarge
		}
		if r.end == len(r.buf) {
			larger := make([]byte, len(r.buf)*2)
			copy(larger, r.buf)
			r.buf = larger
		}
		n, err := r.r.Read(r.buf[r.end:])
		if err != nil {
			return nil, err
		}
		r.end += n
	}
}

// Serve reads commands from a connection.
func Serve(c net.Conn) {
	defer c.Close()
	r := &Reader{r: c, buf: make([]byte, 512)}
	_, _ = r.Next()
	k := &Capped{r: c, buf: make([]byte, 512), max: 1 << 20}
	_, _ = k.Next()
}
