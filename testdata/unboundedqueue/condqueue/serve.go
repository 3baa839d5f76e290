// Package condqueue has queues between producers and a consumer that waits.
package condqueue

import (
	"container/list"
	"errors"
	"sync"
)

type job struct{ body []byte }

// A Queue lets its producers run ahead of its consumer for ever.
type Queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	jobs   []*job
	closed bool
}

func (q *Queue) Put(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.filled.Broadcast()
	if q.closed {
		return false
	}
	q.jobs = append(q.jobs, j) // want `queue q.jobs grows with each call of Put: its callers decide how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/queue\)`
	return true
}

func (q *Queue) get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 && !q.closed {
		q.filled.Wait()
	}
	if len(q.jobs) == 0 {
		return nil
	}
	j := q.jobs[0]
	q.jobs[0] = nil
	q.jobs = q.jobs[1:]
	return j
}

func (q *Queue) Run(do func(*job)) {
	for j := q.get(); j != nil; j = q.get() {
		do(j)
	}
}

// A Woken queue wakes its consumer through a channel.
type Woken struct {
	mu    sync.Mutex
	items list.List
	wake  chan struct{}
}

func (w *Woken) Push(j *job) {
	w.mu.Lock()
	w.items.PushBack(j) // want `queue w.items grows with each call of Push: its callers decide how much`
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Woken) Run(do func(*job)) {
	for range w.wake {
		for {
			w.mu.Lock()
			e := w.items.Front()
			if e == nil {
				w.mu.Unlock()
				break
			}
			w.items.Remove(e)
			w.mu.Unlock()
			do(e.Value.(*job))
		}
	}
}

// A generic queue, and one whose insertion is in a helper.
type Mailbox[T any] struct {
	mu    sync.Mutex
	ready sync.Cond
	box   []T
}

func (m *Mailbox[T]) Send(v T) { m.put(v) }

func (m *Mailbox[T]) put(v T) {
	m.mu.Lock()
	m.box = append(m.box, v) // want `queue m.box grows with each call of put`
	m.mu.Unlock()
	m.ready.Signal()
}

func (m *Mailbox[T]) Receive() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.box) == 0 {
		m.ready.Wait()
	}
	all := m.box
	m.box = nil
	return all
}

var errFull = errors.New("full")

var errClosed = errors.New("closed")

// A Failing queue can fail, and so can refuse.
type Failing struct {
	mu     sync.Mutex
	filled *sync.Cond
	tasks  []*call
	closed bool
}

func (q *Failing) Put(c *call) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errClosed
	}
	q.tasks = append(q.tasks, c) // want `queue q.tasks grows with each call of Put`
	q.filled.Signal()
	return nil
}

func (q *Failing) Get() *call {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.tasks) == 0 {
		q.filled.Wait()
	}
	c := q.tasks[0]
	q.tasks = q.tasks[1:]
	return c
}

// Bounded refuses when it is full.
type Bounded struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []*job
}

func (q *Bounded) Put(j *job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) >= 100 {
		return errFull
	}
	q.jobs = append(q.jobs, j)
	q.filled.Signal()
	return nil
}

func (q *Bounded) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	return j
}

// Blocking makes its producers wait for room.
type Blocking struct {
	mu          sync.Mutex
	filled      sync.Cond
	room        sync.Cond
	jobs        []*job
	bytes, most int
}

func (q *Blocking) Put(j *job) {
	q.mu.Lock()
	for q.bytes > q.most {
		q.room.Wait()
	}
	q.bytes += len(j.body)
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	q.filled.Signal()
}

func (q *Blocking) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	q.bytes -= len(j.body)
	q.room.Signal()
	return j
}

// Latest keeps the newest entries only: the oldest makes room.
type Latest struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []*job
}

func (q *Latest) Put(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, j)
	if len(q.jobs) > 100 {
		q.jobs = q.jobs[1:]
	}
	q.filled.Signal()
}

func (q *Latest) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	return j
}

// Counted keeps a count beside the list, which is compared.
type Counted struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []*job
	n      int
}

func (q *Counted) Put(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n >= 100 {
		return false
	}
	q.n++
	q.jobs = append(q.jobs, j)
	q.filled.Signal()
	return true
}

func (q *Counted) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	q.n--
	return j
}

// Held takes a slot for each entry, which its removal gives back.
type Held struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []*job
	slots  chan struct{}
}

func NewHeld() *Held { return &Held{slots: make(chan struct{}, 100)} }

func (q *Held) Put(j *job) {
	q.slots <- struct{}{}
	q.mu.Lock()
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	q.filled.Signal()
}

func (q *Held) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	<-q.slots
	return j
}

// Calls has entries whose callers wait for them: there are as many as callers.
type Calls struct {
	mu      sync.Mutex
	filled  sync.Cond
	waiting []*call
}

type call struct{ done chan error }

func (q *Calls) Do() error {
	c := &call{done: make(chan error, 1)}
	q.mu.Lock()
	q.waiting = append(q.waiting, c)
	q.mu.Unlock()
	q.filled.Signal()
	return <-c.done
}

func (q *Calls) serve() {
	for {
		q.mu.Lock()
		for len(q.waiting) == 0 {
			q.filled.Wait()
		}
		c := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.mu.Unlock()
		c.done <- nil
	}
}

// Set has each key once.
type Set struct {
	mu     sync.Mutex
	filled sync.Cond
	keys   []string
	has    map[string]bool
}

func (q *Set) Add(k string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, ok := q.has[k]; ok {
		return
	}
	q.has[k] = true
	q.keys = append(q.keys, k)
	q.filled.Signal()
}

func (q *Set) Get() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.keys) == 0 {
		q.filled.Wait()
	}
	k := q.keys[0]
	q.keys = q.keys[1:]
	delete(q.has, k)
	return k
}

// Shown tells its callers how long it is, who may refuse.
type Shown struct {
	mu     sync.Mutex
	filled sync.Cond
	jobs   []*job
}

func (q *Shown) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs)
}

func (q *Shown) Put(j *job) {
	q.mu.Lock()
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	q.filled.Signal()
}

func (q *Shown) Get() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 {
		q.filled.Wait()
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	return j
}

// Pool is a free list: what is put in was taken out before.
type Pool struct {
	mu   sync.Mutex
	free []*job
}

func (p *Pool) Get() *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		j := p.free[n-1]
		p.free = p.free[:n-1]
		return j
	}
	return &job{}
}

func (p *Pool) Put(j *job) {
	p.mu.Lock()
	p.free = append(p.free, j)
	p.mu.Unlock()
}
