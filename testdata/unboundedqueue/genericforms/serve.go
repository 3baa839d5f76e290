// Package genericforms has containers of generic types and under other names.
package genericforms

import (
	"net/http"
	"sync"
)

// A table is a map with a lock.
type table[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func (t *table[K, V]) set(k K, v V) {
	t.mu.Lock()
	t.m[k] = v // want `map t.m grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
	t.mu.Unlock()
}

// A smallTable refuses when it is full.
type smallTable[K comparable, V any] struct {
	mu   sync.Mutex
	m    map[K]V
	most int
}

func (t *smallTable[K, V]) set(k K, v V) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.m) >= t.most {
		return false
	}
	t.m[k] = v
	return true
}

type (
	counts  = map[string]int
	entries = []entry
)

type entry struct{ path string }

type named []entry

type server struct {
	mu    sync.Mutex
	agent table[string, *entry]
	small smallTable[string, *entry]
	hits  counts
	log   entries
	other named
	last  named
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.agent.set(r.UserAgent(), &entry{r.URL.Path})
	s.small.set(r.UserAgent(), &entry{r.URL.Path})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits[r.URL.Path]++                       // want `map s.hits grows with each new key: peers decide its keys`
	s.log = append(s.log, entry{r.URL.Path})   // want `queue s.log grows with each request: peers decide how much, nothing takes out of it or bounds it`
	s.other = append(s.other, entry{r.Host})   // want `queue s.other grows with each request`
	s.last = append(s.last, entry{r.URL.Path}) // the oldest goes
	if len(s.last) > 10 {
		s.last = s.last[1:]
	}
}
