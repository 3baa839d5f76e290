// Package acrosspackages keeps what another package has read from its peers.
package acrosspackages

import (
	"net"
	"sync"
	"time"

	"github.com/backpressure-go/backpressure/testdata/unboundedqueue/acrosspackages/frames"
)

type broker struct {
	mu      sync.Mutex
	waiting []*frames.Frame
	counts  map[string]int
	latest  map[string]*frames.Frame
}

const maxTopics = 1000

func (b *broker) serve(c net.Conn) error {
	for {
		f, err := frames.Next(c)
		if err != nil {
			return err
		}
		b.mu.Lock()
		b.waiting = append(b.waiting, f) // want `queue b.waiting grows with each [a-z]*: peers decide how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/queue\)`
		b.counts[f.Topic]++              // want `map b.counts grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
		if _, ok := b.latest[f.Topic]; ok || len(b.latest) < maxTopics {
			b.latest[f.Topic] = f
		}
		b.mu.Unlock()
	}
}

func (b *broker) deliver(to func(*frames.Frame)) {
	for range time.Tick(time.Millisecond) {
		b.mu.Lock()
		if len(b.waiting) == 0 {
			b.mu.Unlock()
			continue
		}
		f := b.waiting[0]
		b.waiting = b.waiting[1:]
		b.mu.Unlock()
		to(f)
	}
}
