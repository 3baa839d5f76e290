// Package subscriptions has maps with an entry per request: the key is a
// thing made for it, or the next number.
package subscriptions

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"sync/atomic"
)

type subscription struct{ channel string }

type command struct{ words []string }

// A link is what commands come over; tests have another.
type link interface{ next() (command, error) }

type wire struct{ r *bufio.Reader }

func (w *wire) next() (command, error) {
	line, err := w.r.ReadString('\n')
	if err != nil {
		return command{}, err
	}
	return command{strings.Fields(line)}, nil
}

type broker struct {
	mu      sync.Mutex
	clients map[net.Conn]*client
	lastID  uint64
	orders  map[uint64]string
	offers  map[uint64]string
	calls   map[uint64]chan string
	moved   map[*subscription]int
}

type client struct {
	link link
	subs map[*subscription]bool
	once map[*subscription]bool
	few  map[string]*subscription
}

func (b *broker) serve(ln net.Listener) error {
	slots := make(chan struct{}, 100)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			cl := &client{link: &wire{bufio.NewReader(c)}, subs: map[*subscription]bool{}, once: map[*subscription]bool{}, few: map[string]*subscription{}}
			b.run(cl)
		}()
	}
}

func (b *broker) run(cl *client) {
	for {
		cmd, err := cl.link.next()
		if err != nil {
			return
		}
		if len(cmd.words) < 2 {
			continue
		}
		switch cmd.words[0] {
		case "SUB":
			b.subscribe(cl, cmd.words[1])
		case "UNSUB":
			b.unsubscribe(cl, cmd.words[1])
		case "ORDER":
			b.order(cmd.words[1])
		case "CANCEL":
			b.cancel(uint64(len(cmd.words[1])))
		case "CALL":
			b.call(cmd.words[1])
		}
	}
}

// subscribe adds an entry also where the channel has one already.
func (b *broker) subscribe(cl *client, channel string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &subscription{channel}
	cl.subs[s] = true // want `map cl.subs grows with each new key: peers decide how many, entries leave only when a peer asks for it \(unboundedqueue/map\)`
	if len(cl.few) >= 16 {
		return
	}
	cl.few[channel] = s
	cl.once[s] = true // delivered once, then deleted
	go b.deliver(cl, s)
}

func (b *broker) unsubscribe(cl *client, channel string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range cl.subs {
		if s.channel == channel {
			delete(cl.subs, s)
			delete(cl.once, s)
			delete(cl.few, channel)
		}
	}
}

func (b *broker) deliver(cl *client, s *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(cl.once, s)
}

// order numbers what it is told.
func (b *broker) order(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lastID++
	b.orders[b.lastID] = what // want `map b.orders grows with each new key: peers decide how many, entries leave only when a peer asks for it`
	id := atomic.AddUint64(&b.lastID, 1)
	b.offers[id] = what // want `map b.offers grows with each new key: peers decide how many, nothing deletes from it`
}

func (b *broker) cancel(id uint64) {
	b.mu.Lock()
	delete(b.orders, id)
	b.mu.Unlock()
}

// call waits for the answer and takes its entry with it.
func (b *broker) call(what string) string {
	b.mu.Lock()
	b.lastID++
	id := b.lastID
	answer := make(chan string, 1)
	b.calls[id] = answer
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.calls, id)
		b.mu.Unlock()
	}()
	return <-answer
}
