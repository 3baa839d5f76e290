// Package lengths reads frames whose length comes first.
package lengths

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
)

const maxFrame = 1 << 20

var errTooLarge = errors.New("too large")

// Frame reads one frame.
func Frame(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint32(head[:])) // want `allocation by a length read from c: the peer decides how much, it is not compared with a limit \(unboundedread/declared-length\)`
	_, err := io.ReadFull(c, b)
	return b, err
}

// Identify reads a number with encoding/binary.
func Identify(r *bufio.Reader) ([]byte, error) {
	var n int32
	if err := binary.Read(r, binary.BigEndian, &n); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, errTooLarge
	}
	b := make([]byte, n) // want `allocation by a length read from r: the sender decides how much`
	_, err := io.ReadFull(r, b)
	return b, err
}

// Varint makes room for headers.
func Varint(c net.Conn) ([]string, error) {
	n, err := binary.ReadUvarint(bufio.NewReader(c))
	if err != nil {
		return nil, err
	}
	return make([]string, 0, n), nil // want `allocation by a length read from bufio.NewReader\(\)|allocation by a length read from c`
}

// A decoder reads numbers in methods.
type decoder struct {
	r   *bufio.Reader
	buf [8]byte
	err error
}

func newDecoder(c net.Conn) *decoder { return &decoder{r: bufio.NewReader(c)} }

func (d *decoder) int32() int32 {
	if _, err := io.ReadFull(d.r, d.buf[:4]); err != nil {
		d.err = err
		return 0
	}
	return int32(binary.BigEndian.Uint32(d.buf[:4]))
}

func (d *decoder) bytes(n int) []byte {
	b := make([]byte, n) // want `allocation by a length read from c`
	_, d.err = io.ReadFull(d.r, b)
	return b
}

// Decode reads a string.
func Decode(c net.Conn) []byte {
	d := newDecoder(c)
	return d.bytes(int(d.int32()))
}

// Assembled makes the length of bytes itself, and grows a buffer.
func Assembled(c net.Conn) error {
	h := make([]byte, 4)
	if _, err := c.Read(h); err != nil {
		return err
	}
	n := int(h[0])<<24 | int(h[1])<<16 | int(h[2])<<8 | int(h[3])
	var buf bytes.Buffer
	buf.Grow(n)                     // want `allocation by a length read from c`
	_ = slices.Grow([]byte(nil), n) // want `allocation by a length read from c`
	return nil
}

// Into fills a number through a pointer.
func Into(c net.Conn) []byte {
	var n int64
	if err := readLength(c, &n); err != nil {
		return nil
	}
	return make([]byte, n) // want `allocation by a length read from c`
}

func readLength(r io.Reader, n *int64) error {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return err
	}
	*n = int64(binary.LittleEndian.Uint64(b[:]))
	return nil
}

// The lengths below are compared, or too narrow to matter.

func Checked(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return nil, errTooLarge
	}
	b := make([]byte, n)
	_, err := io.ReadFull(c, b)
	return b, err
}

func CheckedBySetting(c net.Conn, max uint32) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	if max < n {
		return nil
	}
	return make([]byte, n)
}

func CheckedByHelper(c net.Conn) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	if err := verify(n); err != nil {
		return nil
	}
	return make([]byte, n)
}

func verify(n uint32) error {
	if n > maxFrame {
		return errTooLarge
	}
	return nil
}

func CheckedInDecoder(c net.Conn) []byte {
	n, err := length(c)
	if err != nil {
		return nil
	}
	return make([]byte, n)
}

func length(r io.Reader) (int, error) {
	var n uint32
	if err := binary.Read(r, binary.BigEndian, &n); err != nil {
		return 0, err
	}
	if n > maxFrame {
		return 0, errTooLarge
	}
	return int(n), nil
}

func CheckedByCaller(c net.Conn) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	if n > maxFrame {
		return nil
	}
	return room(int(n))
}

func room(n int) []byte { return make([]byte, n) }

func Clamped(c net.Conn, left int) []byte {
	var n int32
	_ = binary.Read(c, binary.BigEndian, &n)
	size := int(n)
	if left < size {
		size = left
	}
	return make([]byte, size)
}

func Smallest(c net.Conn) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	return make([]byte, min(n, maxFrame))
}

func Remaining(b []byte) [][]byte {
	n := binary.BigEndian.Uint32(b)
	if int(n) > len(b) {
		return nil
	}
	return make([][]byte, n)
}

func Narrow(c net.Conn) {
	r := bufio.NewReader(c)
	n, _ := r.ReadByte()
	_ = make([]byte, n)
	_ = make([]byte, int(n)*256)
	h := make([]byte, 2)
	_, _ = io.ReadFull(r, h)
	_ = make([]byte, binary.BigEndian.Uint16(h))
	var short uint16
	_ = binary.Read(r, binary.BigEndian, &short)
	_ = make([]byte, short)
	_ = make([]byte, int(h[0])<<8|int(h[1]))
}

func Masked(c net.Conn) []byte {
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	return append(make([]byte, n&0xffff), make([]byte, n%1024)...)
}

// InMemory makes room for as much as it has already.
func InMemory(b []byte) []byte {
	out := make([]byte, len(b)*2)
	return append(out, make([]byte, 0, cap(b))...)
}

type header struct {
	Nodes int32
	Flags uint32
}

// Header checks a field of what it read.
func Header(c net.Conn) []string {
	var h header
	_ = binary.Read(c, binary.BigEndian, &h)
	if h.Nodes < 0 || h.Nodes > 1000 {
		return nil
	}
	return make([]string, h.Nodes)
}

// Headers does not.
func Headers(c net.Conn) []string {
	var h header
	_ = binary.Read(c, binary.BigEndian, &h)
	return make([]string, h.Nodes) // want `allocation by a length read from c`
}

// A state has numbers that were read, and looked at, elsewhere.
type state struct{ first, last uint64 }

func (s *state) load(c net.Conn) {
	_ = binary.Read(c, binary.BigEndian, &s.first)
	_ = binary.Read(c, binary.BigEndian, &s.last)
}

func (s *state) gaps() []uint64 { return make([]uint64, 0, s.last-s.first) }

// Loaded makes room right behind.
func (s *state) Loaded(c net.Conn) []uint64 {
	s.load(c)
	return make([]uint64, s.last) // want `allocation by a length read from c`
}

// Table makes room in a map and a channel.
func Table(c net.Conn) (map[string]string, error) {
	n, err := binary.ReadUvarint(bufio.NewReader(c))
	if err != nil {
		return nil, err
	}
	_ = make(chan string, n)               // want `allocation by a length read from c`
	return make(map[string]string, n), nil // want `allocation by a length read from c`
}
