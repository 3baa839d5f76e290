package endlessvalue

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// The limit of the fix is tuned down, so that few bytes make the proof:
//
//bpbench:limit 16384

// sent is how much of its value a client sends.
const sent = 1 << 20

// TestLoad: clients send a JSON string that does not end.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     sent,
		Rates:    []float64{10, 30, 80},
		Start:    func(s *rig.System) error { return s.ServeHTTP(http.HandlerFunc(Put)) },
		Peer: func(p *rig.Peer) error {
			return p.Pour([]byte("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"), []byte(`{"name":"`), bytes.Repeat([]byte("x"), sent))
		},
	})
}
