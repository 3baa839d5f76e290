// Package tokens has channels of tokens: some are semaphores of holders that
// wait for nobody far away, some wake somebody up, some carry answers.
package tokens

import (
	"context"
	"net"
	"os"
	"sync"
)

// atOnce is how many files are written at a time.
const atOnce = 4

// disk is a bucket of tokens for those who use the disk.
var disk chan struct{}

func init() {
	disk = make(chan struct{}, atOnce)
	for range atOnce {
		disk <- struct{}{}
	}
}

// A Store keeps messages in a file.
type Store struct {
	mu   sync.Mutex
	name string
	kick chan struct{}
	quit chan struct{}
	acks chan bool
}

// New starts the flusher.
func New(name string) *Store {
	s := &Store{name: name, kick: make(chan struct{}, 1), quit: make(chan struct{}), acks: make(chan bool, 8)}
	go s.flush()
	return s
}

// Save waits for the disk, which no peer decides about.
func (s *Store) Save(ctx context.Context, b []byte) error {
	<-disk
	err := os.WriteFile(s.name, b, 0o600)
	disk <- struct{}{}
	return err
}

// Handle saves what one peer sends.
func (s *Store) Handle(ctx context.Context, c net.Conn) error {
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		if err := s.Save(ctx, buf[:n]); err != nil {
			return err
		}
		s.wake()
	}
}

// wake leaves word that there is something to do: once is enough.
func (s *Store) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// flush does it.
func (s *Store) flush() {
	for {
		select {
		case <-s.kick:
			s.mu.Lock()
			_ = os.Truncate(s.name, 0)
			s.mu.Unlock()
		case <-s.quit:
			return
		}
	}
}

// Again wakes the flusher from within: takes the word and leaves it again.
func (s *Store) Again(ctx context.Context) {
	<-s.kick
	s.mu.Lock()
	s.mu.Unlock()
	s.wake()
}

// Stop ends the flusher.
func (s *Store) Stop() { close(s.quit) }

// waiters have asked for an answer each.
type waiters struct {
	mu sync.Mutex
	m  map[string]chan struct{}
}

// Read tells them that it has come: the element is no message.
func (w *waiters) Read(c net.Conn) error {
	buf := make([]byte, 16)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		w.mu.Lock()
		ch := w.m[string(buf[:n])]
		w.mu.Unlock()
		if ch != nil {
			ch <- struct{}{}
		}
	}
}

// Wait waits for it.
func (w *waiters) Wait(name string) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	w.m[name] = ch
	w.mu.Unlock()
	<-ch
}
