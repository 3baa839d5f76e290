package inflated

import (
	"io"
	"net"
	"net/http"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/gzip"
	other "github.com/klauspost/compress/snappy"
)

// Library inflates with another implementation.
func Library(w http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	b, _ := io.ReadAll(z) // want `inflated bytes of r.Body read into memory`
	store(b)
}

// Block inflates a block: its header says how much room to make.
func Block(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxIn))
	if err != nil {
		return
	}
	out, _ := snappy.Decode(nil, b) // want `inflated bytes of b read into memory`
	store(out)
}

// Asked looks at the header before.
func Asked(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxIn))
	if err != nil {
		return
	}
	if n, err := snappy.DecodedLen(b); err != nil || n > maxOut {
		return
	}
	out, _ := snappy.Decode(nil, b)
	store(out)
}

// Other inflates a block with another implementation.
func Other(c net.Conn) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(c, maxIn))
	if err != nil {
		return nil, err
	}
	return other.Decode(nil, b) // want `inflated bytes of b read into memory`
}

// OtherAsked looks at the header before.
func OtherAsked(c net.Conn) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(c, maxIn))
	if err != nil {
		return nil, err
	}
	if n, err := other.DecodedLen(b); err != nil || n > maxOut {
		return nil, errTooLarge
	}
	return other.Decode(nil, b)
}
