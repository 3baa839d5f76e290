package rig

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A System is what the rig lends to the system under test for one stage.
type System struct {
	desk *desk

	mu    sync.Mutex
	addrs map[string]string // network to address
	stops []func()
	wait  sync.WaitGroup
}

// Listen returns a listener on loopback that the peers will Dial, and which is
// closed when the stage ends.
func (s *System) Listen() (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.reach("tcp", ln.Addr())
	s.OnStop(func() { _ = ln.Close() }) // the system may have closed it
	return ln, nil
}

// ListenPacket returns a socket for datagrams on loopback that the peers will
// Dial, and which is closed when the stage ends.
func (s *System) ListenPacket() (net.PacketConn, error) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.reach("udp", pc.LocalAddr())
	s.OnStop(func() { _ = pc.Close() }) // the system may have closed it
	return pc, nil
}

// ServeHTTP serves h on loopback until the stage ends.
func (s *System) ServeHTTP(h http.Handler) error {
	ln, err := s.Listen()
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout}
	s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
	s.OnStop(func() { _ = srv.Close() }) // nothing to save
	return nil
}

// headerTimeout ends no request here: whoever is slow is slow elsewhere.
const headerTimeout = 10 * time.Second

// Counting returns a handler that counts the requests that are in h.
func Counting(n *atomic.Int64, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		defer n.Add(-1)
		h.ServeHTTP(w, r)
	})
}

// reach notes where peers find the system.
func (s *System) reach(network string, addr net.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addrs[network] = addr.String()
}

// Work does the work of one request, or waits for its turn.
func (s *System) Work(ctx context.Context) error { return s.desk.do(ctx) }

// Go runs f, which is expected to end when the stage does.
func (s *System) Go(f func()) { s.wait.Go(f) }

// OnStop calls f when the stage ends, the last f first.
func (s *System) OnStop(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stops = append(s.stops, f)
}

// stop ends the system.
func (s *System) stop() {
	s.desk.release()
	s.mu.Lock()
	stops := s.stops
	s.stops = nil
	s.mu.Unlock()
	for i := len(stops) - 1; i >= 0; i-- {
		stops[i]()
	}
}

// ended reports whether what the system runs ends within limit.
func (s *System) ended(limit time.Duration) bool {
	done := make(chan struct{})
	go func() {
		s.wait.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}
