package decoders

import (
	"io"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/decoders/codec"
)

// Unknown decodes with a library that no table knows, which has the form of
// those that are known.
func Unknown(w http.ResponseWriter, r *http.Request) {
	var v []string
	_ = codec.NewDecoder(r.Body).Decode(&v) // want `value decoded from r.Body: .*unboundedread/decode`
}

// UnknownLimited limits what it reads.
func UnknownLimited(w http.ResponseWriter, r *http.Request) {
	var v []string
	_ = codec.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&v)
}
