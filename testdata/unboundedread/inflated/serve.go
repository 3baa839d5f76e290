// Package inflated reads what is compressed.
package inflated

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/lzw"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
)

const (
	maxIn  = 1 << 20
	maxOut = 16 << 20
)

var errTooLarge = errors.New("too large")

// Gzip inflates a body.
func Gzip(w http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	b, _ := io.ReadAll(z) // want `inflated bytes of r.Body read into memory: the client decides how many, nothing limits what comes out \(unboundedread/decompress\)`
	store(b)
}

// Under limits what goes in.
func Under(w http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(http.MaxBytesReader(w, r.Body, maxIn))
	if err != nil {
		return
	}
	b, _ := io.ReadAll(z) // want `inflated bytes of r.Body read into memory: the client decides how many, the limit is on what goes in`
	store(b)
}

// Decoded inflates and decodes.
func Decoded(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxIn)
	z, err := zlib.NewReader(r.Body)
	if err != nil {
		return
	}
	var v map[string]string
	_ = json.NewDecoder(z).Decode(&v) // want `the limit is on what goes in`
}

// A packet came with a message.
type packet struct{ buf []byte }

func (p *packet) payload() ([]byte, error) {
	z := lzw.NewReader(bytes.NewReader(p.buf), lzw.LSB, 8)
	defer z.Close()
	var out bytes.Buffer
	_, err := io.Copy(&out, z) // want `inflated bytes of p.buf read into memory: the sender decides how many`
	return out.Bytes(), err
}

// Payload inflates what callers elsewhere pass: it cannot be told.
func Payload(b []byte) ([]byte, error) {
	return io.ReadAll(flate.NewReader(bytes.NewReader(b)))
}

// A codec is somebody else's.
type codec interface {
	NewReader(r io.Reader) io.ReadCloser
}

type gzipCodec struct{}

func (gzipCodec) NewReader(r io.Reader) io.ReadCloser { z, _ := gzip.NewReader(r); return z }

// The reads below are limited where it counts.

func Outer(w http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	b, _ := io.ReadAll(io.LimitReader(z, maxOut+1))
	if len(b) > maxOut {
		return
	}
	store(b)
}

func OneMore(b []byte) ([]byte, error) {
	var out bytes.Buffer
	n, err := io.CopyN(&out, flate.NewReader(bytes.NewReader(b)), maxOut+1)
	if n > maxOut {
		return nil, errTooLarge
	}
	return out.Bytes(), err
}

func Discard(r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err == nil {
		_, _ = io.Copy(io.Discard, z)
	}
}

// File inflates a file of the operator's.
func File(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func store([]byte) {}

// Message inflates a message and has a way out.
func Message(r *http.Request) ([]byte, error) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z) // want `inflated bytes of r.Body read into memory`
	if err != nil {
		return nil, err
	}
	return b, nil
}
