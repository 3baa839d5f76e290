package lengths

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"reflect"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/lengths/pool"
)

// spare makes room, and does nothing else: its callers have to know.
func spare(n int) []byte { return make([]byte, n, n+16) }

// Message asks for room by what it was told.
func Message(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	b := spare(int(binary.BigEndian.Uint32(head[:]))) // want `allocation by a length read from .*unboundedread/declared-length`
	_, err := io.ReadFull(c, b)
	return b, err
}

// Small asks for room that it knows.
func Small(c net.Conn) ([]byte, error) {
	b := spare(512)
	_, err := io.ReadFull(c, b)
	return b, err
}

// Verified compares first.
func Verified(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > 1<<16 {
		return nil, errors.New("too long")
	}
	b := spare(n)
	_, err := io.ReadFull(c, b)
	return b, err
}

// Pooled asks another package for room.
func Pooled(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	b := pool.Get(binary.BigEndian.Uint32(head[:])) // want `allocation by a length read from .*unboundedread/declared-length`
	_, err := io.ReadFull(c, b)
	return b, err
}

// Capped asks another package, which refuses what is too large.
func Capped(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	b, err := pool.Bounded(binary.BigEndian.Uint32(head[:]))
	if err != nil {
		return nil, err
	}
	_, err = io.ReadFull(c, b)
	return b, err
}

func elements(t reflect.Type, n int) reflect.Value { return reflect.MakeSlice(t, n, n) }

// Array makes room for elements of any kind.
func Array(c net.Conn, t reflect.Type) (reflect.Value, error) {
	var n uint32
	if err := binary.Read(c, binary.BigEndian, &n); err != nil {
		return reflect.Value{}, err
	}
	return elements(t, int(n)), nil // want `allocation by a length read from .*unboundedread/declared-length`
}
