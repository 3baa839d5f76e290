package forms

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
)

// A number is a length of any width.
type number interface{ ~uint32 | ~int64 }

func readAll[R io.Reader](r R) ([]byte, error) {
	b, err := io.ReadAll(r) // want `all of .*c.* read into memory: .*unboundedread/read-all`
	return b, err
}

func readLine[R io.Reader](r R) (string, error) {
	return bufio.NewReader(r).ReadString('\n') // want `line read from .*: .*unboundedread/line`
}

func room[E any, N number](n N) []E {
	return make([]E, n) // want `allocation by a length read from .*unboundedread/declared-length`
}

func inflate[R io.Reader](r R) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z) // want `inflated bytes of .* read into memory: .*unboundedread/decompress`
}

func decode[T any, R io.Reader](r R) (v T, err error) {
	err = json.NewDecoder(r).Decode(&v) // want `value decoded from .*: .*unboundedread/decode`
	return v, err
}

func either[R io.Reader](r R) []byte {
	b, _ := io.ReadAll(r) // want `.*c.* read into memory: .*unboundedread/lost-limit`
	return b
}

// Generic reads a connection through each.
func Generic(c net.Conn) {
	_, _ = readAll(c)
	_, _ = readLine(c)
	var n uint32
	_ = binary.Read(c, binary.BigEndian, &n)
	_ = room[string](n)
	_, _ = inflate(c)
	_, _ = decode[[]string](c)
	_ = either[io.Reader](c)
	_ = either(io.LimitReader(c, 1<<20))
}

// Elsewhere reads what callers elsewhere pass: it cannot be told.
func Elsewhere[R io.Reader](r R) ([]byte, error) { return io.ReadAll(r) }
