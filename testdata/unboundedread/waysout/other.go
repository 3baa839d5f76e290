package waysout

import (
	"io"
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/waysout/errors"
)

var errEmpty = errors.New("empty")

// Filled makes its errors with another package.
func Filled(c net.Conn) ([]byte, error) {
	b, err := io.ReadAll(c) // want `all of c read into memory`
	if err != nil {
		return nil, err
	}
	if len(b) == 0 {
		return nil, errEmpty
	}
	return b, nil
}

// Named returns what its results are called.
func Named(c net.Conn) (b []byte, err error) {
	b, err = io.ReadAll(c) // want `all of c read into memory`
	c.Close()
	return
}
