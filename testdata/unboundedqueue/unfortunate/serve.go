// Package unfortunate holds code whose verdict is known to be wrong, and why.
// Each function says what would be right.
package unfortunate

import (
	"net/http"
	"reflect"
	"sync"
)

// A Queue is reported, and wrongly where the only caller is package
// callerslimit, which takes a slot for each element: importers are invisible
// here. The bounded directive is for such queues.
type Queue struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []string
}

// Put adds a job.
func (q *Queue) Put(job string) {
	q.mu.Lock()
	q.jobs = append(q.jobs, job) // want `queue q.jobs grows with each call of Put: its callers decide how much`
	q.mu.Unlock()
	q.filled.Signal()
}

// Get waits for a job.
func (q *Queue) Get() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	job := q.jobs[0]
	q.jobs = q.jobs[1:]
	return job
}

// A Journal is silent and should be reported where package callerslimit fills
// it with each request: who calls Note is not known here, and what Note keeps
// is not known there.
type Journal struct {
	mu    sync.Mutex
	lines []string
}

// Note keeps a line.
func (j *Journal) Note(line string) {
	j.mu.Lock()
	j.lines = append(j.lines, line)
	j.mu.Unlock()
}

type server struct {
	mu      sync.Mutex
	sent    []string
	byAgent map[string]int
	seen    map[string]bool
}

// sent is silent and should be reported: its length is compared to know when
// to log, in a function that the handler does not call.
func (s *server) note(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.sent = append(s.sent, r.URL.Path)
	s.mu.Unlock()
}

func (s *server) status() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) > 1000 {
		return "busy"
	}
	return "idle"
}

// count is silent and should be reported: reflection inserts.
func (s *server) count(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	reflect.ValueOf(s.byAgent).SetMapIndex(reflect.ValueOf(r.UserAgent()), reflect.ValueOf(1))
	s.mu.Unlock()
}

// mark is reported, and wrongly where a proxy in front lets few hosts through:
// what peers cannot choose is known to the operator alone.
func (s *server) mark(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.seen[r.Host] = true // want `map s.seen grows with each new key: peers decide its keys`
	s.mu.Unlock()
}
