package bomb

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// The limit of the fix is tuned down, so that few bytes make the proof:
//
//bpbench:limit 16384

// inflated is how much comes out of what a client sends.
const inflated = 1 << 20

// TestLoad: clients send a thousandth of what it inflates to.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     inflated,
		Rates:    []float64{10, 30, 80},
		Start:    func(s *rig.System) error { return s.ServeHTTP(http.HandlerFunc(Put)) },
		Peer: func(p *rig.Peer) error {
			body, err := bomb()
			if err != nil {
				return err
			}
			return p.Pour([]byte("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"), body)
		},
	})
}

// bomb is what each client sends. Its end does not come.
var bomb = sync.OnceValues(func() ([]byte, error) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(make([]byte, inflated)); err != nil {
		return nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
})
