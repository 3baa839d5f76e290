package topk

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

//bpbench:limit 16

// asked is how many entries clients ask for: 2 MiB, when there are two.
const asked = 1 << 17

// TestLoad: clients ask for many more entries than there are. The index looks
// through 20 queries a second.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Heap,
		Unit:     asked * 16,
		Work:     rig.Work{Slots: 1, Takes: 50 * time.Millisecond},
		Rates:    []float64{10, 60, 150},
		Start: func(s *rig.System) error {
			mux := http.NewServeMux()
			mux.Handle("GET /top/{k}", &Server{Next: func(ctx context.Context) (Hit, bool) {
				_ = s.Work(ctx) // ends with the client
				return Hit{}, false
			}})
			return s.ServeHTTP(mux)
		},
		Peer: func(p *rig.Peer) error {
			_, err := p.Get(fmt.Sprintf("/top/%d", asked), 0)
			return err
		},
	})
}
