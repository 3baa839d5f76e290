// Package frame writes length-prefixed frames.
package frame

import (
	"encoding/binary"
	"io"
	"net"
	"time"
)

// Send writes one frame.
func Send(w io.Writer, data []byte) error {
	if err := binary.Write(w, binary.BigEndian, uint32(len(data))); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// SendBy writes one frame to a connection, for a second at most.
func SendBy(c net.Conn, data []byte) error {
	c.SetWriteDeadline(time.Now().Add(time.Second))
	return Send(c, data)
}

// Limit gives the connection's writes a second.
func Limit(c net.Conn) { c.SetWriteDeadline(time.Now().Add(time.Second)) }

// A Writer writes frames.
type Writer struct{ w io.Writer }

// NewWriter returns a Writer over w.
func NewWriter(w io.Writer) *Writer { return &Writer{w} }

// WriteMsg writes one frame.
func (w *Writer) WriteMsg(data []byte) error { return Send(w.w, data) }

// Options are how an Encoder writes.
type Options struct {
	Type    string
	Timeout time.Duration
}

// An Encoder writes frames.
type Encoder struct {
	w io.Writer
	o Options
}

// NewEncoder returns an encoder that sets a deadline before each write.
func NewEncoder(w io.Writer, o *Options) *Encoder { return &Encoder{w, *o} }

// Encode writes a frame.
func (e *Encoder) Encode(b []byte) error {
	if c, ok := e.w.(interface{ SetWriteDeadline(time.Time) error }); ok && e.o.Timeout > 0 {
		if err := c.SetWriteDeadline(time.Now().Add(e.o.Timeout)); err != nil {
			return err
		}
	}
	_, err := e.w.Write(b)
	return err
}
