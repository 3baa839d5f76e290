package comebacks

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

const (
	// pause is when a client comes back that is not told when.
	pause = 25 * time.Millisecond
	// window is the time over which refusals are counted.
	window = 500 * time.Millisecond
)

// TestLoad: clients that are turned away come back: when they are told to, or
// else soon, as a proxy does that has nowhere else to go. What piles up is the
// refusals that the server is busy with.
func TestLoad(t *testing.T) {
	var seen refusals
	rig.Run(t, rig.Load{
		Resource: rig.Refusals,
		Unit:     float64(window / pause),
		Refusals: seen.recent,
		Work:     rig.Work{Slots: 1, Takes: 200 * time.Millisecond},
		Rates:    []float64{2, 8, 24},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			h := New(1, func() ([]byte, error) { return []byte("picture"), s.Work(context.Background()) })
			srv := &http.Server{Handler: seen.count(h)}
			s.OnStop(func() { _ = srv.Close() }) // the stage is over
			s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			answers := bufio.NewReader(c)
			for {
				req, err := http.NewRequest(http.MethodGet, "http://server/", nil)
				if err != nil {
					return err
				}
				if err = req.Write(c); err != nil {
					return err
				}
				res, err := http.ReadResponse(answers, req)
				if err != nil {
					return err
				}
				_ = res.Body.Close() // reads what is left of it
				switch res.StatusCode {
				case http.StatusOK:
					return nil
				case http.StatusServiceUnavailable:
				default:
					return fmt.Errorf("answered %s", res.Status)
				}
				wait := pause
				if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
					wait = time.Duration(s) * time.Second
				}
				select {
				case <-time.After(wait):
				case <-p.Context().Done():
					return rig.ErrShed
				}
			}
		},
	})
}

// A refusals counts what a server turns away.
type refusals struct {
	mu sync.Mutex
	at []time.Time
}

// recent returns how many there were in the last window.
func (f *refusals) recent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.at) > 0 && time.Since(f.at[0]) > window {
		f.at = f.at[1:]
	}
	return len(f.at)
}

// count returns a handler that answers as h does.
func (f *refusals) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&answer{w, f}, r)
	})
}

// An answer tells refusals of itself.
type answer struct {
	http.ResponseWriter
	seen *refusals
}

func (a *answer) WriteHeader(code int) {
	if code == http.StatusServiceUnavailable {
		a.seen.mu.Lock()
		a.seen.at = append(a.seen.at, time.Now())
		a.seen.mu.Unlock()
	}
	a.ResponseWriter.WriteHeader(code)
}
