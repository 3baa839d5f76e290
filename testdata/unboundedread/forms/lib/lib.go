// Package lib reads from what others pass: it cannot tell who sends.
package lib

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
)

// All reads all of it.
func All(r io.Reader) ([]byte, error) { return io.ReadAll(r) }

// Line reads a line.
func Line(r *bufio.Reader) (string, error) { return r.ReadString('\n') }

// Length reads a number.
func Length(r io.Reader) (uint32, error) {
	var n uint32
	err := binary.Read(r, binary.BigEndian, &n)
	return n, err
}

// Inflate returns a reader of what r inflates to.
func Inflate(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

// Decode decodes a value.
func Decode(r io.Reader, v any) error { return json.NewDecoder(r).Decode(v) }

// Limit returns a reader that ends.
func Limit(r io.Reader) io.Reader { return io.LimitReader(r, 1<<20) }

// Limited reads all of what it limits.
func Limited(r io.Reader) ([]byte, error) { return io.ReadAll(Limit(r)) }

// Frame reads as many bytes as the number in front says.
func Frame(r io.Reader) ([]byte, error) {
	n, err := Length(r)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return b, err
}

// Unpack reads all that r inflates to.
func Unpack(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// Both reads all of two.
func Both(a, b io.Reader) error {
	if _, err := All(a); err != nil {
		return err
	}
	return Decode(b, new(any))
}
