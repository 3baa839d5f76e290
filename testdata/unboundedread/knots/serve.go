// Package knots has values that hold themselves: whoever follows them must
// not do so for ever.
package knots

import (
	"encoding/binary"
	"io"
	"net"
	"net/http"
)

const most = 1 << 20

// A chain reads from the next in it, which may be itself.
type chain struct {
	io.Reader
	io.Writer
	next *chain
}

func (c *chain) Read(b []byte) (int, error) { return c.next.Reader.Read(b) }

// Chained reads through a chain that ends in itself.
func Chained(w http.ResponseWriter, r *http.Request) {
	c := &chain{Reader: r.Body}
	c.Reader, c.Writer, c.next = c, c, c
	_, _ = io.ReadAll(c) // want `read into memory`
}

// Swapped reads through limits that change places.
func Swapped(w http.ResponseWriter, r *http.Request) {
	a := io.LimitedReader{R: r.Body, N: most}
	b := io.LimitedReader{R: r.Body, N: most}
	for range 3 {
		a, b = b, a
	}
	_, _ = io.ReadAll(&a)
	_, _ = io.ReadAll(&b)
}

// Looped wraps a reader in itself.
func Looped(w http.ResponseWriter, r *http.Request) {
	var in io.Reader = r.Body
	for range 3 {
		in = io.TeeReader(in, io.Discard)
	}
	_, _ = io.ReadAll(in) // want `all of r.Body read into memory`
}

// Even passes a reader to and fro.
func Even(c net.Conn) { even(c, 8) }

func even(r io.Reader, n uint32) []byte {
	if n == 0 {
		b, _ := io.ReadAll(r) // want `all of the connection read into memory|all of c read into memory`
		return b
	}
	return odd(r, n-1)
}

func odd(r io.Reader, n uint32) []byte { return even(r, n-1) }

// Sum doubles a length more often than anyone would follow.
func Sum(c net.Conn) []byte {
	var h struct{ N int32 }
	_ = binary.Read(c, binary.BigEndian, &h)
	n := h.N
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	n += n
	return make([]byte, n) // want `allocation by a length read from c`
}
