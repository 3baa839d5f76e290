// Package deadlocks holds goroutines without a bound for which waiting for
// a slot is not safe: it could wait for the one who waits.
package deadlocks

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Sizes collects after the loop what the goroutines send: all of them must
// have been started by then.
func Sizes(dir string) (sum int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	sizes := make(chan int64)
	for _, e := range entries {
		// nofix: received after the loop
		go func() { // want `unboundedgo/fan-out`
			sizes <- size(filepath.Join(dir, e.Name()))
		}()
	}
	for range entries {
		sum += <-sizes
	}
	return sum
}

// Stream returns before anybody receives.
func Stream(dir string) (<-chan int64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sizes := make(chan int64)
	for _, e := range entries {
		// nofix: received by the caller, after the loop
		go func() { // want `unboundedgo/fan-out`
			sizes <- size(filepath.Join(dir, e.Name()))
		}()
	}
	return sizes, nil
}

// Group starts the goroutine that receives after those that send.
func Group(dir string, sum *int64) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	sizes := make(chan int64)
	var g errgroup.Group
	for _, e := range entries {
		// nofix: received by a goroutine that is started after the loop
		g.Go(func() error { // want `unboundedgo/fan-out`
			sizes <- size(filepath.Join(dir, e.Name()))
			return nil
		})
	}
	g.Go(func() error {
		for range entries {
			*sum += <-sizes
		}
		return nil
	})
	return g.Wait()
}

// Gate opens only when all are there.
func Gate(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	start := make(chan struct{})
	var wg sync.WaitGroup
	for _, e := range entries {
		wg.Add(1)
		// nofix: each waits until all have been started
		go func() { // want `unboundedgo/fan-out`
			defer wg.Done()
			<-start
			size(filepath.Join(dir, e.Name()))
		}()
	}
	close(start)
	wg.Wait()
	return nil
}

func size(name string) int64 {
	f, err := os.Open(name)
	if err != nil {
		return 0
	}
	defer f.Close()
	n, _ := io.Copy(io.Discard, f)
	return n
}

// A Server counts its connections in the loop that accepts them.
type Server struct {
	ended  chan net.Conn
	active map[net.Conn]bool
	mu     sync.Mutex
}

// Loop is told by the goroutines when they end.
func (s *Server) Loop(conns <-chan net.Conn) {
	for {
		select {
		case c := <-conns:
			s.active[c] = true
			// Waiting would wait for the loop itself, which takes what the goroutines send.
			go func() { // want `unboundedgo/accept-loop`
				io.Copy(c, c)
				s.ended <- c
			}()
		case c := <-s.ended:
			delete(s.active, c)
		}
	}
}

// Locked starts goroutines that need the lock it holds.
func (s *Server) Locked(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.active[c] = true
		// Waiting would hold the lock that the goroutines need.
		go s.serve(c) // want `unboundedgo/accept-loop`
		s.mu.Unlock()
	}
}

func (s *Server) serve(c net.Conn) {
	io.Copy(c, c)
	s.mu.Lock()
	delete(s.active, c)
	s.mu.Unlock()
}

// Answered has begun its answer, and has more to do than to return.
func (s *Server) Answered(w http.ResponseWriter, r *http.Request) {
	s.note(r)
	if _, err := io.WriteString(w, "working\n"); err != nil {
		return
	}
	for _, u := range r.URL.Query()["url"] {
		// nofix: some have been started, the answer has begun
		go fetch(u) // want `unboundedgo/(handler|fan-out)`
	}
	s.note(r)
}

func (s *Server) note(*http.Request) {}

func fetch(u string) {
	c := http.Client{Timeout: time.Minute}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, u, nil)
	if err != nil {
		return
	}
	if resp, err := c.Do(req); err == nil {
		resp.Body.Close()
	}
}
