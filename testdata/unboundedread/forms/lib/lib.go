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
