// Package peerqueues has slices that the messages of peers are appended to.
package peerqueues

import (
	"bufio"
	"container/heap"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type entry struct {
	who  string
	when time.Time
}

type service struct {
	mu      sync.Mutex
	history []entry
	pending []entry
	batch   []entry
	ring    [16]entry
	next    int
	due     schedule
}

// Nothing ever leaves the history.
func (s *service) note(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = append(s.history, entry{r.RemoteAddr, time.Now()}) // want `queue s.history grows with each request: peers decide how much, nothing takes out of it or bounds it \(unboundedqueue/queue\)`
}

// A worker takes from the other end at its own pace.
func (s *service) submit(w http.ResponseWriter, r *http.Request) {
	var e entry
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.pending = append(s.pending, e) // want `queue s.pending grows with each request: peers decide how much, nothing bounds how far it gets ahead of its consumer`
	s.mu.Unlock()
}

func (s *service) work() {
	for {
		s.mu.Lock()
		if len(s.pending) == 0 {
			s.mu.Unlock()
			time.Sleep(time.Second)
			continue
		}
		e := s.pending[0]
		s.pending = s.pending[1:]
		s.mu.Unlock()
		post(e)
	}
}

func post(entry) { time.Sleep(time.Second) }

// All of it goes at each tick.
func (s *service) collect(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.batch = append(s.batch, entry{who: r.Host})
	s.mu.Unlock()
}

func (s *service) flush() {
	for range time.Tick(time.Second) {
		s.mu.Lock()
		s.batch = s.batch[:0]
		s.mu.Unlock()
	}
}

// A ring has as many as it has.
func (s *service) last(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.ring[s.next%len(s.ring)] = entry{who: r.Host}
	s.next++
	s.mu.Unlock()
}

type schedule []entry

func (q schedule) Len() int           { return len(q) }
func (q schedule) Less(i, j int) bool { return q[i].when.Before(q[j].when) }
func (q schedule) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *schedule) Push(e any)        { *q = append(*q, e.(entry)) }
func (q *schedule) Pop() any {
	old := *q
	e := old[len(old)-1]
	*q = old[:len(old)-1]
	return e
}

// A client defers as much as it likes for as long as it likes.
func (s *service) postpone(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	heap.Push(&s.due, entry{r.Host, time.Now().Add(time.Hour)}) // want `queue s.due grows with each request: peers decide how much, nothing bounds how far it gets ahead of its consumer`
	s.mu.Unlock()
}

func (s *service) expire() {
	for {
		s.mu.Lock()
		if len(s.due) > 0 {
			post(heap.Pop(&s.due).(entry))
		}
		s.mu.Unlock()
		time.Sleep(time.Second)
	}
}

// A session's environment, as long as the peer goes on.
type session struct {
	conn net.Conn
	env  []string
	args []string
	part []string
}

func (s *session) loop() {
	sc := bufio.NewScanner(s.conn)
	for sc.Scan() {
		s.env = append(s.env, sc.Text()) // want `queue s.env grows with each line: peers decide how much, nothing takes out of it or bounds it`
	}
}

var errTooMany = errors.New("too many")

func (s *session) capped() error {
	sc := bufio.NewScanner(s.conn)
	for sc.Scan() {
		if len(s.args) == cap(s.args) {
			return errTooMany
		}
		s.args = append(s.args, sc.Text())
	}
	return sc.Err()
}

// What is put together is taken apart by the same loop.
func (s *session) parts(do func([]string)) {
	sc := bufio.NewScanner(s.conn)
	for sc.Scan() {
		s.part = append(s.part, sc.Text())
		if sc.Text() == "." {
			do(s.part)
			s.part = s.part[:0]
		}
	}
}

// A reply that dies with the request.
func list(w http.ResponseWriter, r *http.Request) {
	var reply struct{ Names []string }
	each(func(name string) { reply.Names = append(reply.Names, name) })
	_ = json.NewEncoder(w).Encode(reply)
}

func each(f func(string)) {
	for _, n := range []string{"a", "b"} {
		f(n)
	}
}

// What peers of one request sent is gone with it.
type answer struct{ lines []string }

func (a *answer) add(s string) { a.lines = append(a.lines, s) }

func collect(w http.ResponseWriter, r *http.Request) {
	a := &answer{}
	for k := range r.Header {
		a.add(k)
	}
	_ = json.NewEncoder(w).Encode(a)
}

// recovery is made anew for each batch: what it has goes with it.
type recovery struct{ seen map[string]bool }

func (r *recovery) note(k string) { r.seen[k] = true }

func (s *session) replay(apply func(*recovery)) {
	sc := bufio.NewScanner(s.conn)
	var r *recovery
	for sc.Scan() {
		if sc.Text() == "end" {
			apply(r)
			r = nil
			continue
		}
		if r == nil {
			r = &recovery{seen: map[string]bool{}}
		}
		r.note(sc.Text())
	}
}

// fields are collected by literals that call each other, in one call.
func fields(r *http.Request) []string {
	var all []string
	visit := func(f func(string)) {
		for k := range r.Header {
			f(k)
		}
	}
	visit(func(k string) { all = append(all, k) })
	return all
}

// accepted is a list that the body of a range over a function fills.
func accepted(r *http.Request) []string {
	var all []string
	for name := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		all = append(all, name)
	}
	return all
}
