// Package semaphoretype waits for slots of types with names for it.
package semaphoretype

import (
	"context"
	"io"
	"net"
	"net/http"

	"github.com/backpressure-go/backpressure/testdata/semwait/semaphoretype/slots"
)

// A Proxy asks a backend.
type Proxy struct {
	sem  slots.Sem
	gate *slots.Gate
	door *slots.Door
	lot  *slots.Lot
	own  *tickets
	lim  limiter
	addr string
}

func (p *Proxy) ask(w io.Writer) error {
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(w, c)
	return err
}

// Take waits in another package.
func (p *Proxy) Take(w http.ResponseWriter, r *http.Request) {
	p.sem.Take() // want `wait for a slot of p.sem lasts as long as holders that wait for peers: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer p.sem.Give()
	_ = p.ask(w)
}

// Enter waits for a gate that could be asked with a context.
func (p *Proxy) Enter(w http.ResponseWriter, r *http.Request) {
	p.gate.Enter() // want `no-context`
	defer p.gate.Done()
	_ = p.ask(w)
}

// Turn waits at a door whose context belongs to the other side.
func (p *Proxy) Turn(w http.ResponseWriter, r *http.Request) {
	p.door.Enter() // want `no-context`
	defer p.door.Exit()
	_ = p.ask(w)
}

// Start does.
func (p *Proxy) Start(w http.ResponseWriter, r *http.Request) {
	if err := p.gate.Start(r.Context()); err != nil {
		return
	}
	defer p.gate.Done()
	_ = p.ask(w)
}

// StartLate asks with a context that never ends.
func (p *Proxy) StartLate(w http.ResponseWriter, r *http.Request) {
	if err := p.gate.Start(context.Background()); err != nil { // want `wait for a slot of p.gate is on context.Background\(\): it goes on when whoever asked has gone \(semwait/background\)`
		return
	}
	defer p.gate.Done()
	_ = p.ask(w)
}

// Park waits for a condition.
func (p *Proxy) Park(ctx context.Context, w io.Writer) error {
	p.lot.Park() // want `no-context`
	defer p.lot.Leave()
	return p.ask(w)
}

// tickets is a semaphore of this package.
type tickets struct{ ch chan int }

func newTickets(n int) *tickets {
	t := &tickets{ch: make(chan int, n)}
	for i := range n {
		t.ch <- i
	}
	return t
}

func (t *tickets) acquire() { <-t.ch }
func (t *tickets) release() { t.ch <- 0 }

// Ticket takes one.
func (p *Proxy) Ticket(ctx context.Context, w io.Writer) error {
	p.own.acquire() // want `no-context`
	defer p.own.release()
	return p.ask(w)
}

// New has one of each.
func New(addr string) *Proxy {
	return &Proxy{sem: make(slots.Sem, 8), gate: slots.NewGate(8), door: slots.NewDoor(8), own: newTickets(8), lim: &channel{make(chan struct{}, 8)}, addr: addr}
}

// limiter has one implementation.
type limiter interface {
	enter()
	leave()
}

type channel struct{ ch chan struct{} }

func (c *channel) enter() { c.ch <- struct{}{} }
func (c *channel) leave() { <-c.ch }

// Behind waits behind an interface.
func (p *Proxy) Behind(ctx context.Context, w io.Writer) error {
	p.lim.enter() // want `no-context`
	defer p.lim.leave()
	return p.ask(w)
}

// Opaque is an interface that others implement: nobody knows how it waits.
type Opaque interface {
	Enter()
	Leave()
}

// Unknown is silent.
func (p *Proxy) Unknown(ctx context.Context, o Opaque, w io.Writer) error {
	o.Enter()
	defer o.Leave()
	return p.ask(w)
}
