// Package forms has each kind in other forms: through another package, in
// generic functions, under other names.
package forms

import (
	"bufio"
	"io"
	"net"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/forms/lib"
)

// Put passes the body to another package, which reads all of it.
func Put(w http.ResponseWriter, r *http.Request) {
	b, err := lib.All(r.Body) // want `all of r.Body read into memory: .*unboundedread/read-all`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	store(b)
}

// Command passes a connection to one that reads a line.
func Command(c net.Conn) (string, error) {
	return lib.Line(bufio.NewReader(c)) // want `line read from .*c.*: .*unboundedread/line`
}

// Frame makes room by a number that another package read.
func Frame(c net.Conn) ([]byte, error) {
	n, err := lib.Length(c)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n) // want `allocation by a length read from .*unboundedread/declared-length`
	_, err = io.ReadFull(c, b)
	return b, err
}

// Packed reads what another package inflates.
func Packed(c net.Conn) ([]byte, error) {
	z, err := lib.Inflate(c)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z) // want `inflated bytes of .*c.* read into memory: .*unboundedread/decompress`
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Order passes the body to one that decodes it.
func Order(w http.ResponseWriter, r *http.Request) {
	var items []string
	if err := lib.Decode(r.Body, &items); err != nil { // want `value decoded from r.Body: .*unboundedread/decode`
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// OneOfTwo limits one of two bodies, with the limit of another package.
func OneOfTwo(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		read(lib.Limit(r.Body))
		return
	}
	read(r.Body)
}

func read(r io.Reader) {
	// nofix: how much the other way allows is not known here
	b, err := io.ReadAll(r) // want `r.Body read into memory: .*unboundedread/lost-limit`
	if err == nil {
		store(b)
	}
}

// The reads below are limited in the other package.

func PutLimited(w http.ResponseWriter, r *http.Request) {
	b, _ := lib.Limited(r.Body)
	store(b)
}

func PutUnder(w http.ResponseWriter, r *http.Request) {
	b, _ := lib.All(lib.Limit(r.Body))
	store(b)
}

func OrderUnder(w http.ResponseWriter, r *http.Request) {
	var items []string
	_ = lib.Decode(lib.Limit(r.Body), &items)
}

func PackedUnder(c net.Conn) []byte {
	z, err := lib.Inflate(c)
	if err != nil {
		return nil
	}
	b, _ := lib.Limited(z)
	return b
}

func FrameUnder(c net.Conn) []byte {
	n, err := lib.Length(c)
	if err != nil || n > 1<<20 {
		return nil
	}
	return make([]byte, n)
}

func store([]byte) {}

// Framed has another package read a frame.
func Framed(c net.Conn) ([]byte, error) {
	return lib.Frame(c) // want `Frame allocates by a length that it reads from .*unboundedread/declared-length`
}

// Unpacked has another package inflate all of it.
func Unpacked(c net.Conn) ([]byte, error) {
	return lib.Unpack(c) // want `read into memory: .*unboundedread/(decompress|read-all)`
}
