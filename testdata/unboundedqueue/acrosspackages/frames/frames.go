// Package frames reads what peers send.
package frames

import (
	"encoding/binary"
	"io"
	"net"
)

// A Frame is one message.
type Frame struct {
	Topic string
	Body  []byte
}

// Next waits for the next frame of c.
func Next(c net.Conn) (*Frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(c, body); err != nil {
		return nil, err
	}
	n := min(8, len(body))
	return &Frame{Topic: string(body[:n]), Body: body[n:]}, nil
}
