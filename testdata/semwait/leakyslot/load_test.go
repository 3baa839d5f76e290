package leakyslot

import (
	"net/http"
	"testing"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: honest clients and every fourth of the others name a picture. The
// requests of the rest are to be refused, at once.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Rates: []float64{50, 200, 600},
		Start: func(s *rig.System) error {
			return s.ServeHTTP(NewServer(func(name string) string { return name }))
		},
		Peer: func(p *rig.Peer) error {
			name := ""
			if p.N%4 == 0 || p.Honest() {
				name = p.Key()
			}
			status, err := p.Get("/?name="+name, 0)
			if err != nil {
				return err
			}
			if status != http.StatusOK {
				return rig.ErrShed
			}
			return nil
		},
	})
}
