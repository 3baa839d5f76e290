// Package callstreams sends events to those who have called: no deadline can
// be set on the stream of a call, its window opens when the client reads.
package callstreams

import (
	"sync"

	"google.golang.org/grpc"
)

// An Event is what is sent.
type Event struct{ Text string }

// WatchServer is how the generated code calls the stream of a call.
type WatchServer interface {
	Send(*Event) error
	grpc.ServerStream
}

// A Service has those who watch.
type Service struct {
	mu       sync.Mutex
	watchers map[string]WatchServer
	events   chan *Event
}

// Watch adds one.
func (s *Service) Watch(name string, st WatchServer) error {
	s.mu.Lock()
	s.watchers[name] = st
	s.mu.Unlock()
	<-st.Context().Done()
	s.mu.Lock()
	delete(s.watchers, name)
	s.mu.Unlock()
	return nil
}

// Publish sends to all of them under the lock that new ones need.
func (s *Service) Publish(e *Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.watchers {
		w.Send(e) // want `write to w while s.mu is locked: one peer that does not read stalls everybody who needs the lock, only its own deadline ends it \(unbufferedwrite/locked-write\)`
	}
}

// Tell sends to all of them in turn.
func (s *Service) Tell(e *Event) {
	for _, w := range s.copied() {
		w.Send(e) // want `write to w in a loop over .*: one peer that does not read stalls the rest, only its own deadline ends it \(unbufferedwrite/locked-write\)`
	}
}

func (s *Service) copied() []WatchServer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ws []WatchServer
	for _, w := range s.watchers {
		ws = append(ws, w)
	}
	return ws
}

// Stream is silent: the handler that waits is the client's own.
func (s *Service) Stream(_ string, st WatchServer) error {
	for e := range s.events {
		if err := st.Send(e); err != nil {
			return err
		}
	}
	return nil
}

// A watcher has a lock for its own stream.
type watcher struct {
	mu sync.Mutex
	st WatchServer
}

// Send is silent: only the writers of one stream need the lock.
func (w *watcher) Send(e *Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.st.Send(e)
}

// Close needs the lock, too.
func (w *watcher) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.st = nil
}
