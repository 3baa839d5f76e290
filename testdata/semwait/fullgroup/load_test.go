package fullgroup

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// patience is how long a client waits for its answer before it goes.
const patience = 30 * time.Millisecond

// TestLoad: clients order something and go when they have no answer in time.
// The warehouse can be told about 100 orders a second.
func TestLoad(t *testing.T) {
	var inside atomic.Int64 // requests that wait for a slot or have one
	rig.Run(t, rig.Load{
		Resource: rig.Waiters,
		Waiters:  func() int { return int(inside.Load()) },
		Work:     rig.Work{Slots: 8, Takes: 80 * time.Millisecond},
		Rates:    []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			orders := NewServer(func(string) error {
				return s.Work(t.Context()) // the warehouse does not learn who has gone
			})
			return s.ServeHTTP(rig.Counting(&inside, orders))
		},
		Peer: func(p *rig.Peer) error {
			if status, err := p.Get("/"+p.Key(), patience); err != nil || status != http.StatusAccepted {
				return rig.ErrShed
			}
			return nil
		},
	})
}
