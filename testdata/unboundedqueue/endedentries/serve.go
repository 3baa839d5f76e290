// Package endedentries has maps of things that are ended one by one.
package endedentries

import (
	"errors"
	"sync"
)

type probe struct {
	stop chan struct{}
	once sync.Once
}

func (p *probe) Stop() { p.once.Do(func() { close(p.stop) }) }

func (p *probe) run() { <-p.stop }

type probes struct {
	mu      sync.Mutex
	all     map[string]*probe // ended, never deleted
	deleted map[string]*probe
	shut    map[string]*probe // ended together, with the program
	reused  map[string]*probe // made by others
	limited map[string]*probe
}

func (ps *probes) Add(name string) error {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if _, ok := ps.all[name]; ok {
		return errors.New("there is one")
	}
	p := &probe{stop: make(chan struct{})}
	go p.run()
	ps.all[name] = p // want `map ps.all grows with each new key: entries are ended by Remove, nothing deletes them \(unboundedqueue/map\)`
	return nil
}

func (ps *probes) Remove(name string) {
	ps.mu.Lock()
	p, ok := ps.all[name]
	ps.mu.Unlock()
	if ok {
		p.Stop()
	}
}

func (ps *probes) AddOther(name string, given *probe) error {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if len(ps.limited) >= 100 {
		return errors.New("full")
	}
	p := &probe{stop: make(chan struct{})}
	ps.deleted[name] = p
	ps.limited[name] = &probe{stop: make(chan struct{})}
	ps.shut[name] = &probe{stop: make(chan struct{})}
	ps.reused[name] = given
	return nil
}

func (ps *probes) RemoveOther(name string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if p, ok := ps.deleted[name]; ok {
		p.Stop()
		delete(ps.deleted, name)
	}
	if p, ok := ps.limited[name]; ok {
		p.Stop()
	}
	if p, ok := ps.reused[name]; ok {
		p.Stop()
	}
}

func (ps *probes) Close() {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, p := range ps.shut {
		p.Stop()
	}
}
