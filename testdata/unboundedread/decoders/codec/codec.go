// Package codec decodes an encoding that no table knows.
package codec

import "io"

// A Decoder decodes values.
type Decoder struct{ r func(any) error }

// NewDecoder returns a decoder of r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{decode(r)} }

func decode(r io.Reader) func(any) error {
	return func(any) error { _, err := r.Read(nil); return err }
}

// Decode decodes the next value.
func (d *Decoder) Decode(v any) error { return d.r(v) }
