// Package scopeshapes holds limits that are there and bound nothing: made once
// per event, freed too early, nil, or compared on one side and counted on the
// other (S08, S09, S09b).
package scopeshapes

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

const maxConns = 128

func echo(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// ServePerIteration is S08: each connection has a semaphore of its own.
func ServePerIteration(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sem := make(chan struct{}, maxConns)
		sem <- struct{}{}
		go func() { // want `is made once per event.*unboundedgo/wrong-scope`
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServePerCall is S08: the helper makes its semaphore each time it is called.
func ServePerCall(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		serveLimited(conn)
	}
}

func serveLimited(conn net.Conn) {
	sem := semaphore.NewWeighted(maxConns)
	if !sem.TryAcquire(1) {
		conn.Close()
		return
	}
	go func() { // want `is made once per event.*unboundedgo/wrong-scope`
		defer sem.Release(1)
		echo(conn)
	}()
}

// ServeGroupPerIteration is S08: a limited errgroup per connection.
func ServeGroupPerIteration(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		var g errgroup.Group
		g.SetLimit(8)
		g.Go(func() error { // want `is made once per event.*unboundedgo/wrong-scope`
			echo(conn)
			return nil
		})
	}
}

// ServeHTTP is S08 in a handler: a semaphore per request, and nobody waits for the goroutines.
func ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sem := make(chan struct{}, 4)
	for _, u := range r.URL.Query()["url"] {
		sem <- struct{}{}
		go func() { // want `is made once per event.*unboundedgo/wrong-scope`
			defer func() { <-sem }()
			resp, err := http.Get(u)
			if err == nil {
				resp.Body.Close()
			}
		}()
	}
	w.WriteHeader(http.StatusAccepted)
}

// A Server shares its semaphore, and frees the slots in the wrong place.
type Server struct {
	ln     net.Listener
	sem    chan struct{}
	weight *semaphore.Weighted
	active atomic.Int64
	mu     sync.Mutex
	count  int
	max    int
}

// NewServer makes a server.
func NewServer(ln net.Listener, limit int) *Server {
	return &Server{ln: ln, sem: make(chan struct{}, limit), weight: semaphore.NewWeighted(int64(limit)), max: limit}
}

// ServeReleased is S09b: the slot is free again as soon as the goroutine has started.
func (s *Server) ServeReleased() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.sem <- struct{}{}
		go echo(conn) // want `is released before the goroutine ends.*unboundedgo/wrong-scope`
		<-s.sem
	}
}

// ServeDeferred is S09b: the deferred release runs when the spawner returns.
func (s *Server) ServeDeferred() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := s.start(conn); err != nil {
			log.Print(err)
		}
	}
}

var errBusy = errors.New("busy")

func (s *Server) start(conn net.Conn) error {
	select {
	case s.sem <- struct{}{}:
	default:
		conn.Close()
		return errBusy
	}
	defer func() { <-s.sem }()
	go echo(conn) // want `is released before the goroutine ends.*unboundedgo/wrong-scope`
	return nil
}

// ServeWeighted is S09b with x/sync/semaphore.
func (s *Server) ServeWeighted(ctx context.Context) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if err := s.spawn(ctx, conn); err != nil {
			return err
		}
	}
}

func (s *Server) spawn(ctx context.Context, conn net.Conn) error {
	if err := s.weight.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.weight.Release(1)
	go func() { // want `is released before the goroutine ends.*unboundedgo/wrong-scope`
		echo(conn)
	}()
	return nil
}

// Handle is S09b in a handler: the slot covers the request, not what goes on behind it.
func (s *Server) Handle(w http.ResponseWriter, r *http.Request) {
	select {
	case s.sem <- struct{}{}:
		defer func() { <-s.sem }()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	target := r.FormValue("target")
	go func() { // want `is released before the goroutine ends.*unboundedgo/wrong-scope`
		resp, err := http.Get(target)
		if err == nil {
			resp.Body.Close()
		}
	}()
}

// ServeReleasedFirst is S09b: the goroutine gives its slot back before its work.
func (s *Server) ServeReleasedFirst() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.sem <- struct{}{}
		go func() { // want `is released before the goroutine ends.*unboundedgo/wrong-scope`
			<-s.sem
			echo(conn)
		}()
	}
}

// ServeCounted is S09: compared here, counted in the goroutine.
func (s *Server) ServeCounted() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if s.active.Load() >= maxConns {
			conn.Close()
			continue
		}
		go func() { // want `is counted after the check.*unboundedgo/wrong-scope`
			s.active.Add(1)
			defer s.active.Add(-1)
			echo(conn)
		}()
	}
}

// ServeCountedCallee is S09 with a mutex, counted in the callee.
func (s *Server) ServeCountedCallee() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		full := s.count >= s.max
		s.mu.Unlock()
		if full {
			conn.Close()
			continue
		}
		go s.counted(conn) // want `is counted after the check.*unboundedgo/wrong-scope`
	}
}

func (s *Server) counted(conn net.Conn) {
	s.mu.Lock()
	s.count++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.count--
		s.mu.Unlock()
	}()
	echo(conn)
}

// ServeUnset is S08: a limit below zero means none.
func ServeUnset(ln net.Listener) error {
	var g errgroup.Group
	g.SetLimit(-1)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.Go(func() error { // want `has no limit.*unboundedgo/wrong-scope`
			echo(conn)
			return nil
		})
	}
}

const noLimit = math.MaxInt32

// ServeHuge is S17: so many slots are no bound.
func ServeHuge(ln net.Listener) error {
	sem := semaphore.NewWeighted(math.MaxInt64)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !sem.TryAcquire(1) {
			conn.Close()
			continue
		}
		go func() { // want `has no limit.*unboundedgo/wrong-scope`
			defer sem.Release(1)
			echo(conn)
		}()
	}
}

// ServeHugeChannel is S17 with a channel and a named constant.
func ServeHugeChannel(ln net.Listener) error {
	sem := make(chan struct{}, noLimit)
	for {
		sem <- struct{}{}
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // want `has no limit.*unboundedgo/wrong-scope`
			defer func() { <-sem }()
			echo(conn)
		}()
	}
}

// ServeHugeListener is S17: a limiting listener with room for everybody.
func ServeHugeListener(inner net.Listener) error {
	ln := netutil.LimitListener(inner, math.MaxInt)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go echo(conn) // want `(has no limit|goroutine per connection accepted from).*unboundedgo/(wrong-scope|accept-loop)`
	}
}

// A throttle limits transfers when its semaphore is set, and nobody sets it.
type throttle struct {
	sem *semaphore.Weighted
}

func (t throttle) acquire(ctx context.Context) error {
	if t.sem == nil {
		return nil
	}
	return t.sem.Acquire(ctx, 1)
}

func (t throttle) release() {
	if t.sem != nil {
		t.sem.Release(1)
	}
}

// ServeNil is S08: the semaphore is nil, acquire lets everybody through. It is
// silent and should be reported: that nobody sets a field is not followed.
func ServeNil(ctx context.Context, ln net.Listener) error {
	var t throttle
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := t.acquire(ctx); err != nil {
			return err
		}
		go func() {
			defer t.release()
			echo(conn)
		}()
	}
}

// HashDir is S08: a semaphore per file of the directory.
func HashDir(dir string, hash func(io.Reader) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, e := range entries {
		sem := make(chan struct{}, 8)
		sem <- struct{}{}
		wg.Add(1)
		go func() { // want `is made once per event.*unboundedgo/wrong-scope`
			defer wg.Done()
			defer func() { <-sem }()
			f, err := os.Open(filepath.Join(dir, e.Name()))
			if err != nil {
				return
			}
			defer f.Close()
			hash(f)
		}()
	}
	wg.Wait()
	return nil
}

// ServeConn is silent: the semaphore is per connection and so is the loop; how
// many connections there are is not this function's business.
func ServeConn(conn net.Conn, run func(string)) error {
	sem := make(chan struct{}, 8)
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		line := sc.Text()
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			run(line)
		}()
	}
	return sc.Err()
}

// ServeJoined is silent: a limited group per request that the request waits for.
func ServeJoined(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	g.SetLimit(4)
	for _, u := range r.URL.Query()["url"] {
		g.Go(func() error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		})
	}
	if err := g.Wait(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// ServeErrorPath is silent: the spawner releases only where it did not spawn.
func (s *Server) ServeErrorPath(check func(net.Conn) error) error {
	for {
		s.sem <- struct{}{}
		conn, err := s.ln.Accept()
		if err != nil {
			<-s.sem
			return err
		}
		if err := check(conn); err != nil {
			conn.Close()
			<-s.sem
			continue
		}
		go func() {
			defer func() { <-s.sem }()
			echo(conn)
		}()
	}
}

// ServeOvershoot is silent: load, compare and add are apart, but all of them
// come before the spawn.
func (s *Server) ServeOvershoot() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		if s.active.Load() >= maxConns {
			conn.Close()
			continue
		}
		s.active.Add(1)
		go func() {
			defer s.active.Add(-1)
			echo(conn)
		}()
	}
}

// A configurable server has a group that configure limits.
type configurable struct {
	group errgroup.Group
}

func (c *configurable) configure(n int) { c.group.SetLimit(n) }

// Serve is silent: the limit is what the caller asked for, set in another method.
func (c *configurable) Serve(ln net.Listener, n int) error {
	c.configure(n)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c.group.Go(func() error { echo(conn); return nil })
	}
}

// ServeTimedOut is S09: after a second the goroutine starts without a slot, and
// frees one that is another's.
func (s *Server) ServeTimedOut() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		select {
		case s.sem <- struct{}{}:
		case <-time.After(time.Second):
			log.Print("no slot in time")
		}
		go func() { // want `unboundedgo/(wrong-scope|accept-loop|overflow)`
			defer func() { <-s.sem }()
			echo(conn)
		}()
	}
}

// ServeUnchecked is S09: nobody looks at what TryAcquire says.
func (s *Server) ServeUnchecked() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.weight.TryAcquire(1)
		go func() { // want `unboundedgo/(wrong-scope|accept-loop)`
			echo(conn)
		}()
	}
}

// ServeNeverFreed is silent: no goroutine frees its slot, so at most as many
// start as there are slots. That the server stops then is another rule's.
func (s *Server) ServeNeverFreed() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.sem <- struct{}{}
		go echo(conn)
	}
}
