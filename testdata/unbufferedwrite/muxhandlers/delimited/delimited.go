// Package delimited writes messages with their length.
package delimited

import (
	"encoding/binary"
	"io"
)

// A Writer writes messages.
type Writer interface{ WriteMsg(m []byte) error }

type writer struct{ w io.Writer }

// NewWriter returns a Writer over w.
func NewWriter(w io.Writer) Writer { return &writer{w} }

// WriteMsg writes one.
func (d *writer) WriteMsg(m []byte) error {
	_, err := d.w.Write(append(binary.AppendUvarint(nil, uint64(len(m))), m...))
	return err
}

// A Layer writes what is below it.
type Layer interface{ Write(p []byte) (int, error) }

type layer struct{ w io.Writer }

// NewLayer returns a Layer over w.
func NewLayer(w io.Writer) Layer { return &layer{w} }

// Write writes.
func (l *layer) Write(p []byte) (int, error) { return l.w.Write(p) }
