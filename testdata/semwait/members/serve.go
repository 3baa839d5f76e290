// Package members has goroutines that are sent who belongs to them, and send to
// all of them.
package members

import (
	"fmt"
	"net/http"
)

// A Broker has subscribers.
type Broker struct {
	join, leave chan chan string
	events      chan string
}

// Run sends each event to all of them.
func (b *Broker) Run() {
	subs := map[chan string]bool{}
	for {
		select {
		case s := <-b.join:
			subs[s] = true
		case s := <-b.leave:
			delete(subs, s)
		case e := <-b.events:
			for s := range subs {
				s <- e // want `send to s waits in the loop that serves them all: one consumer that stalls stalls the others \(semwait/shared-send\)`
			}
		}
	}
}

// ServeHTTP is one subscriber.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string)
	b.join <- ch
	defer func() { b.leave <- ch }()
	for {
		select {
		case <-r.Context().Done():
			return
		case e := <-ch:
			fmt.Fprintln(w, e)
		}
	}
}

// A member has a queue of its own.
type member struct {
	name  string
	queue chan string
}

// A Hub has members by name.
type Hub struct {
	join   chan *member
	leave  chan *member
	events chan string
}

// Run sends each event to all of them.
func (h *Hub) Run() {
	all := make(map[string]*member)
	for {
		select {
		case m := <-h.join:
			all[m.name] = m
		case m := <-h.leave:
			delete(all, m.name)
			close(m.queue)
		case e := <-h.events:
			for _, m := range all {
				m.queue <- e // want `send to m.queue waits in the loop that serves them all: .*shared-send`
			}
		}
	}
}

// Join adds a member.
func (h *Hub) Join(name string) *member {
	m := &member{name, make(chan string, 4)}
	h.join <- m
	return m
}

// A Patient hub lets nobody wait.
type Patient struct {
	join   chan *member
	events chan string
}

// Run is silent: who is too slow misses an event.
func (p *Patient) Run() {
	all := map[string]*member{}
	for {
		select {
		case m := <-p.join:
			all[m.name] = m
		case e := <-p.events:
			for _, m := range all {
				select {
				case m.queue <- e:
				default:
				}
			}
		}
	}
}

// Asked is silent: each is sent one answer and forgotten.
func Asked(join <-chan *member, answers <-chan string) {
	waiting := map[string]*member{}
	for {
		select {
		case m := <-join:
			waiting[m.name] = m
		case a := <-answers:
			for name, m := range waiting {
				m.queue <- a
				delete(waiting, name)
			}
		}
	}
}

// A Replay deals what it reads to its own workers.
type Replay struct {
	records []record
	workers []chan record
}

type record struct {
	id   int
	text string
}

// Run is silent: the workers are no members of what it goes through, and to wait
// for them is what holds the reading back.
func (r *Replay) Run() {
	workers := make([]chan record, 4)
	for n := range workers {
		workers[n] = make(chan record, 16)
		go r.work(workers[n])
	}
	for _, rec := range r.records {
		workers[rec.id%len(workers)] <- rec
	}
}

func (r *Replay) work(in <-chan record) {
	for rec := range in {
		fmt.Println(rec.text)
	}
}

// A Ring sends to each of its members in turn.
type Ring struct{ members []*member }

// Add adds one.
func (r *Ring) Add(name string) { r.members = append(r.members, &member{name, make(chan string, 1)}) }

// Tell sends to all of them.
func (r *Ring) Tell(e string) {
	for _, m := range r.members {
		m.queue <- e // want `shared-send`
	}
}

// An Idle pool has the workers that wait for work, and come back when it is done.
type Idle struct{ ready []*member }

// Back adds one.
func (p *Idle) Back(m *member) { p.ready = append(p.ready, m) }

// Wake makes one.
func (p *Idle) Wake(name string, take func(string)) {
	m := &member{name, make(chan string)}
	go func() {
		for s := range m.queue {
			if s == "" {
				return
			}
			take(s)
			p.Back(m)
		}
	}()
}

// End is silent: whoever is idle takes it at once.
func (p *Idle) End() {
	for _, m := range p.ready {
		m.queue <- ""
	}
}

// A Farm has the workers it was made with.
type Farm struct{ workers []chan string }

// NewFarm makes a farm.
func NewFarm(n int, take func(string)) *Farm {
	f := &Farm{}
	for range n {
		ch := make(chan string, 1)
		f.workers = append(f.workers, ch)
		go func() {
			for s := range ch {
				take(s)
			}
		}()
	}
	return f
}

// Tell is silent: there are as many as somebody has decided, all alike.
func (f *Farm) Tell(s string) {
	for _, w := range f.workers {
		w <- s
	}
}

// Spread is silent: the map is made by and for one call, whose consumers are its
// own.
func Spread(names []string, events []string, take func(string)) {
	own := map[string]chan string{}
	for _, n := range names {
		own[n] = make(chan string, 1)
		go func() {
			for e := range own[n] {
				take(e)
			}
		}()
	}
	for _, e := range events {
		for _, ch := range own {
			ch <- e
		}
	}
}
