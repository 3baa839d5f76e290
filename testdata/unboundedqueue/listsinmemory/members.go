package listsinmemory

import (
	"net/http"
	"sync"
)

type member struct{ done chan struct{} }

// A pool lends members out and takes them back; one that leaves is found and
// taken out of the list.
type pool struct {
	mu    sync.Mutex
	cond  *sync.Cond
	ready []*member
}

func (p *pool) Join() *member {
	m := &member{done: make(chan struct{})}
	p.mu.Lock()
	p.ready = append(p.ready, m)
	p.mu.Unlock()
	p.cond.Broadcast()
	return m
}

func (p *pool) Leave(m *member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, r := range p.ready {
		if r == m {
			p.ready = append(p.ready[:i], p.ready[i+1:]...)
			break
		}
	}
}

func (p *pool) lend() *member {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.ready) == 0 {
		p.cond.Wait()
	}
	m := p.ready[0]
	p.ready = p.ready[1:]
	return m
}

// A handler that waits until its entry is done with: there are no more entries
// than requests.
type desk struct {
	mu      sync.Mutex
	cond    *sync.Cond
	waiting []*member
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := &member{done: make(chan struct{})}
	d.mu.Lock()
	d.waiting = append(d.waiting, m)
	d.mu.Unlock()
	d.cond.Signal()
	<-m.done
}

func (d *desk) serve() {
	for {
		d.mu.Lock()
		for len(d.waiting) == 0 {
			d.cond.Wait()
		}
		m := d.waiting[0]
		d.waiting = d.waiting[1:]
		d.mu.Unlock()
		close(m.done)
	}
}
