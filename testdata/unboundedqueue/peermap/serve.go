// Package peermap has maps whose keys peers choose.
package peermap

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"time"
)

type stats struct {
	mu     sync.Mutex
	hits   map[string]int
	seen   map[string]time.Time
	byUser map[string]*user
	names  sync.Map
	routes map[string]int
	states map[byte]int
	recent map[string]int
	tables map[key]map[string]bool
}

type user struct{ name string }

type key struct{ host, path string }

func (s *stats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.hits[r.URL.Path]++ // want `map s.hits grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
	s.mu.Unlock()
	s.note(r.Header.Get("X-Client"))
	s.names.LoadOrStore(r.URL.Query().Get("name"), 1) // want `map s.names grows with each new key: peers decide its keys`
}

func (s *stats) note(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.seen[client]; ok {
		return
	}
	s.seen[client] = time.Now() // want `map s.seen grows with each new key: peers decide its keys`
}

// A composite key, and a map made on demand.
func (s *stats) table(w http.ResponseWriter, r *http.Request) {
	k := key{r.Host, r.URL.Path}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tables[k]
	if !ok {
		t = map[string]bool{}
		s.tables[k] = t // want `map s.tables grows with each new key`
	}
	t["x"] = true
}

type login struct{ Name string }

// A decoded body is the peer's word.
func (s *stats) login(w http.ResponseWriter, r *http.Request) {
	var l login
	if err := json.NewDecoder(r.Body).Decode(&l); err != nil {
		return
	}
	s.mu.Lock()
	s.byUser[l.Name] = &user{l.Name} // want `map s.byUser grows with each new key`
	s.mu.Unlock()
}

// A client's state, filled by its commands for as long as it is connected.
type client struct {
	conn   net.Conn
	counts map[string]uint64
	words  map[string]uint64
}

func (c *client) loop() {
	r := bufio.NewReader(c.conn)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		params := bytes.Split(line, []byte(" "))
		c.publish(params)
	}
}

func (c *client) publish(params [][]byte) {
	topic := string(params[1])
	if !validTopic(topic) {
		return
	}
	c.counts[topic]++ // want `map c.counts grows with each new key`
}

func validTopic(s string) bool { return len(s) > 0 && len(s) < 64 }

// Known routes only: the key is found in another map first.
func (s *stats) route(w http.ResponseWriter, r *http.Request) {
	if _, ok := handlers[r.URL.Path]; !ok {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	s.routes[r.URL.Path]++
	s.mu.Unlock()
}

var handlers = map[string]http.Handler{}

// Few keys: a byte.
func (s *stats) state(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.states[r.URL.Path[0]]++
	s.mu.Unlock()
}

// Bounded by its length.
func (s *stats) last(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.recent) >= 1000 {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	s.recent[r.URL.Path]++
}

// Deleted when the connection goes.
type registry struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

func (g *registry) serve(ln net.Listener) error {
	slots := make(chan struct{}, 64)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			name := c.RemoteAddr().String()
			g.mu.Lock()
			g.conns[name] = c
			g.mu.Unlock()
			defer func() {
				g.mu.Lock()
				delete(g.conns, name)
				g.mu.Unlock()
			}()
			_, _ = c.Write([]byte("hello\n"))
		}()
	}
}

// Swept by a janitor.
type cache struct {
	mu      sync.Mutex
	entries map[string]time.Time
}

func (c *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.entries[r.URL.Path] = time.Now()
	c.mu.Unlock()
}

func (c *cache) sweep() {
	for range time.Tick(time.Minute) {
		c.mu.Lock()
		for k, t := range c.entries {
			if time.Since(t) > time.Hour {
				delete(c.entries, k)
			}
		}
		c.mu.Unlock()
	}
}

// Replaced as a whole now and then.
type window struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *window) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.counts[r.URL.Path]++
	c.mu.Unlock()
}

func (c *window) flush() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.counts
	c.counts = map[string]int{}
	return old
}

// A local that dies with the call.
func count(w http.ResponseWriter, r *http.Request) {
	n := map[string]int{}
	for k := range r.Header {
		n[k]++
	}
	_ = json.NewEncoder(w).Encode(n)
}

// Registration is done by the program.
type mux struct{ handlers map[string]http.Handler }

func (m *mux) Handle(path string, h http.Handler) { m.handlers[path] = h }

func (m *mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := m.handlers[r.URL.Path]; h != nil {
		h.ServeHTTP(w, r)
	}
}

// A scanner's line is its peer's word.
func (c *client) lines() {
	sc := bufio.NewScanner(c.conn)
	for sc.Scan() {
		c.words[sc.Text()]++ // want `map c.words grows with each new key: peers decide its keys`
	}
}
