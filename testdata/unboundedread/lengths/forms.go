package lengths

import (
	"encoding/binary"
	"io"
	"net"
)

// A frame has its length in front.
type frame struct {
	length uint32
	body   []byte
}

// fill makes room by a field.
func (f *frame) fill(c net.Conn) error {
	if err := binary.Read(c, binary.BigEndian, &f.length); err != nil {
		return err
	}
	f.body = make([]byte, int(f.length), 2*int(f.length)) // want `allocation by a length read from`
	_, err := io.ReadFull(c, f.body)
	return err
}

// Fill fills a frame.
func Fill(c net.Conn) error { return new(frame).fill(c) }

// Told says whether it could.
func Told(c net.Conn) ([]byte, bool) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, false
	}
	return make([]byte, int(binary.LittleEndian.Uint32(head[:]))), true // want `allocation by a length read from`
}

// Prefixed puts what it has in front of what is to come.
func Prefixed(c net.Conn, have []byte) ([]byte, error) {
	var n uint32
	if err := binary.Read(c, binary.BigEndian, &n); err != nil {
		return nil, err
	}
	return append(make([]byte, 0, len(have)+int(n)), have...), nil // want `allocation by a length read from`
}

// Both makes room for the sum of two lengths.
func Both(c net.Conn) ([]byte, error) {
	var key, value uint32
	_ = binary.Read(c, binary.BigEndian, &key)
	if err := binary.Read(c, binary.BigEndian, &value); err != nil {
		return nil, err
	}
	// nofix: either may be too large, and so may be the sum
	return make([]byte, key+value), nil // want `allocation by a length read from`
}

// Later asks for the length behind another call.
func Later(c net.Conn) ([][]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	// nofix: what is called first may change the header
	return [][]byte{cut(head[:]), make([]byte, binary.BigEndian.Uint32(head[:]))}, nil // want `allocation by a length read from`
}

func cut(b []byte) []byte { b[0] = 0; return b[1:] }

// Quiet has no way to say that it is too much.
func Quiet(c net.Conn) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	// nofix: nothing here ever goes wrong
	return make([]byte, n) // want `allocation by a length read from`
}

// Hidden has a variable with the name of its result's type.
func Hidden(c net.Conn) (frame, error) {
	var frame frame
	if err := binary.Read(c, binary.BigEndian, &frame.length); err != nil {
		return frame, err
	}
	// nofix: the zero value cannot be written down
	frame.body = make([]byte, frame.length) // want `allocation by a length read from`
	return frame, nil
}
