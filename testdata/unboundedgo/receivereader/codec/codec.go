// Package codec reads frames from any reader.
package codec

import (
	"encoding/binary"
	"io"
)

// A Frame is one message.
type Frame struct{ Body []byte }

// ReadFrame reads the next frame from r.
func ReadFrame(r io.Reader) (*Frame, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return &Frame{body}, nil
}

func readBody(r io.Reader) ([]byte, error) {
	var n uint16
	if err := binary.Read(r, binary.BigEndian, &n); err != nil {
		return nil, err
	}
	body := make([]byte, n)
	_, err := io.ReadFull(r, body)
	return body, err
}
