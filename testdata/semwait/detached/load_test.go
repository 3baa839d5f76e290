package detached

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// patience is how long a client waits for its answer before it goes.
const patience = 30 * time.Millisecond

// TestLoad: clients ask for a key and go when they have no answer in time. The
// database behind the server finds 100 keys a second.
func TestLoad(t *testing.T) {
	var inside atomic.Int64 // requests that wait for a slot or have one
	rig.Run(t, rig.Load{
		Resource: rig.Waiters,
		Waiters:  func() int { return int(inside.Load()) },
		Work:     rig.Work{Slots: 8, Takes: 80 * time.Millisecond},
		Rates:    []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			keys := NewServer(func(key string) (string, error) {
				return key, s.Work(t.Context()) // the database does not learn who has gone
			})
			return s.ServeHTTP(rig.Counting(&inside, keys))
		},
		Peer: func(p *rig.Peer) error {
			if status, err := p.Get("/"+p.Key(), patience); err != nil || status != http.StatusOK {
				return rig.ErrShed
			}
			return nil
		},
	})
}
