// Package mux hands messages to consumers that may be slow.
package mux

import (
	"bufio"
	"net"
	"sync"
	"time"
)

type sub struct {
	name string
	in   chan string
	done chan struct{}
}

// A Hub has a consumer per name.
type Hub struct {
	mu      sync.Mutex
	subs    map[string]*sub
	waiting map[string]chan string
}

// Add adds a consumer.
func (h *Hub) Add(name string) <-chan string {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &sub{name: name, in: make(chan string, 16), done: make(chan struct{})}
	h.subs[name] = s
	return s.in
}

func (h *Hub) find(name string) *sub {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.subs[name]
}

// Read reads for all of them.
func (h *Hub) Read(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if s, ok := h.subs[sc.Text()]; ok {
			s.in <- sc.Text() // want `send to s.in waits in the loop that serves them all: one consumer that stalls stalls the others \(semwait/shared-send\)`
		}
	}
	return sc.Err()
}

// ReadDrop drops for the slow one.
func (h *Hub) ReadDrop(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if s, ok := h.subs[sc.Text()]; ok {
			select {
			case s.in <- sc.Text():
			default:
			}
		}
	}
	return sc.Err()
}

// ReadUntilGone waits for consumers that are there.
func (h *Hub) ReadUntilGone(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if s, ok := h.subs[sc.Text()]; ok {
			select {
			case s.in <- sc.Text():
			case <-s.done:
			case <-time.After(time.Second):
			}
		}
	}
	return sc.Err()
}

// Broadcast waits for each in turn.
func (h *Hub) Broadcast(msg string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.subs {
		s.in <- msg // want `shared-send`
	}
}

// BroadcastDrop does not.
func (h *Hub) BroadcastDrop(msg string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.subs {
		select {
		case s.in <- msg:
		default:
		}
	}
}

// Answers gives each caller the one answer it waits for.
func (h *Hub) Answers(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if ch, ok := h.waiting[sc.Text()]; ok {
			delete(h.waiting, sc.Text())
			ch <- sc.Text()
		}
	}
	return sc.Err()
}

// Ask waits for an answer.
func (h *Hub) Ask(q string) string {
	ch := make(chan string, 1)
	h.waiting[q] = ch
	return <-ch
}

// Pipe has one consumer, which is as fast as the caller: back pressure.
func Pipe(c net.Conn, out chan<- string) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		out <- sc.Text()
	}
	return sc.Err()
}

// Gather waits for its own goroutines.
func Gather(names []string, ask func(string) string) []string {
	answers := make([]chan string, len(names))
	for i, n := range names {
		answers[i] = make(chan string, 1)
		go func() { answers[i] <- ask(n) }()
	}
	var out []string
	for _, ch := range answers {
		out = append(out, <-ch)
	}
	return out
}

// ReadFound finds the consumer in a helper.
func (h *Hub) ReadFound(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if s := h.find(sc.Text()); s != nil {
			s.in <- sc.Text() // want `send to s.in waits in the loop that serves them all`
		}
	}
	return sc.Err()
}

// ReadDeliver leaves the send to the consumer's method.
func (h *Hub) ReadDeliver(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		if s := h.find(sc.Text()); s != nil {
			s.deliver(sc.Text())
		}
	}
	return sc.Err()
}

func (s *sub) deliver(msg string) {
	s.in <- msg // want `send to s.in waits in the loop that serves them all`
}

// ReadNewest takes the oldest out: there is room.
func (h *Hub) ReadNewest(c net.Conn) error {
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		h.mu.Lock()
		for _, s := range h.subs {
			select {
			case s.in <- sc.Text():
			default:
				select {
				case <-s.in:
				default:
				}
				s.in <- sc.Text()
			}
		}
		h.mu.Unlock()
	}
	return sc.Err()
}

// A Table has consumers that come and go, with as much room as is configured.
type Table struct {
	room int
	subs sync.Map
}

// Add adds one.
func (t *Table) Add(name string) <-chan string {
	s := &sub{name: name, in: make(chan string, t.room)}
	t.subs.Store(name, s)
	return s.in
}

// Broadcast waits for each in turn.
func (t *Table) Broadcast(msg string) {
	t.subs.Range(func(_, v any) bool {
		v.(*sub).in <- msg // want `shared-send`
		return true
	})
}

// BroadcastSome is silent about the closed and the full.
func (t *Table) BroadcastSome(msg string) {
	t.subs.Range(func(_, v any) bool {
		s := v.(*sub)
		select {
		case s.in <- msg:
		case <-s.done:
		case <-time.After(time.Second):
		}
		return true
	})
}

// A call is answered once, by whoever ends it.
type call struct {
	reply   chan error
	leaders chan *call
	votes   int
}

// A Log has calls that wait for it to be written.
type Log struct {
	calls map[uint64]*call
}

// Wait adds a call and waits for its answer.
func (l *Log) Wait(n uint64) error {
	c := &call{reply: make(chan error, 1), leaders: make(chan *call, 1)}
	l.calls[n] = c
	return <-c.reply
}

// Fail answers all of them: each channel has room for its one answer.
func (l *Log) Fail(err error) {
	for _, c := range l.calls {
		c.answer(err)
	}
}

func (c *call) answer(err error) {
	c.reply <- err
	close(c.reply)
}

// Vote answers those that have enough votes.
func (l *Log) Vote() {
	for _, c := range l.calls {
		c.vote()
	}
}

func (c *call) vote() {
	if c.leaders == nil {
		return
	}
	if c.votes++; c.votes == 2 {
		c.leaders <- c
		c.leaders = nil
	}
}

// Remind sends what may come again and again.
func (l *Log) Remind() {
	for _, c := range l.calls {
		c.leaders <- c // want `shared-send`
	}
}

// A watcher is told what goes wrong.
type watcher struct{ errs chan error }

// Watchers are told of the same.
type Watchers struct{ all map[*watcher]bool }

// Watch adds one.
func (ws *Watchers) Watch() <-chan error {
	w := &watcher{errs: make(chan error, 4)}
	ws.all[w] = true
	return w.errs
}

// Fail waits for each: to drop an error would be one more that nobody hears of.
func (ws *Watchers) Fail(err error) {
	for w := range ws.all {
		w.errs <- err // want `shared-send`
	}
}
