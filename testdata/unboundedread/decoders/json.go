package decoders

import (
	"net"
	"net/http"

	gojson "github.com/goccy/go-json"
	jsoniter "github.com/json-iterator/go"
)

var compatible = jsoniter.ConfigCompatibleWithStandardLibrary

// Iterated decodes with another library, as itself and as what looks like the
// standard one.
func Iterated(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := jsoniter.NewDecoder(r.Body).Decode(&o); err != nil { // want `value decoded from r.Body: .*unboundedread/decode`
		return
	}
	_ = compatible.NewDecoder(r.Body).Decode(&o) // want `value decoded from r.Body: .*unboundedread/decode`
}

// Faster decodes one value after the other.
func Faster(c net.Conn) error {
	dec := gojson.NewDecoder(c)
	for {
		var o order
		// nofix: whether it notices that a value is cut short is not known
		if err := dec.Decode(&o); err != nil { // want `value decoded from c: .*unboundedread/decode`
			return err
		}
	}
}

// IteratedLimited limits what it reads.
func IteratedLimited(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var o order
	_ = jsoniter.NewDecoder(r.Body).Decode(&o)
	_ = compatible.NewDecoder(r.Body).Decode(&o)
	_ = gojson.NewDecoder(r.Body).Decode(&o)
}

// FormLimited parses forms below a limit. ParseForm stops at ten megabytes where
// the body has none.
func FormLimited(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<20)
	_ = r.ParseForm()
	_ = r.ParseMultipartForm(maxBody)
}
