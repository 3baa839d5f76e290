package forms

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
)

// Other names for what is known by its own.
type (
	conn    = net.Conn
	request = http.Request
	lines   = bufio.Reader
	values  = json.Decoder
	length  = uint32
)

var all = io.ReadAll

// Aliased reads a body under other names.
func Aliased(w http.ResponseWriter, r *request) {
	body := r.Body
	b, _ := io.ReadAll(body) // want `all of .* read into memory: .*unboundedread/read-all`
	store(b)
}

// Conversed reads a connection under other names.
func Conversed(c conn) error {
	var in *lines = bufio.NewReader(c)
	if _, err := in.ReadString('\n'); err != nil { // want `line read from .*unboundedread/line`
		return err
	}
	var n length
	if err := binary.Read(in, binary.BigEndian, &n); err != nil {
		return err
	}
	_ = make([]string, n) // want `allocation by a length read from .*unboundedread/declared-length`
	var v []string
	var dec *values = json.NewDecoder(in)
	return dec.Decode(&v) // want `value decoded from .*unboundedread/decode`
}

// Squeezed inflates a connection under other names.
func Squeezed(c conn) ([]byte, error) {
	z, err := gzip.NewReader(c)
	if err != nil {
		return nil, err
	}
	inflated := io.Reader(z)
	return io.ReadAll(inflated) // want `inflated bytes of .* read into memory: .*unboundedread/decompress`
}

// Called reads through a variable, which anybody may have changed: it cannot be
// told.
func Called(c conn) ([]byte, error) { return all(c) }
