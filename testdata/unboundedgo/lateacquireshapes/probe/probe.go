// Package probe asks hosts whether they are there.
package probe

import (
	"context"
	"net"
	"time"
)

// A Prober asks one host after the other.
type Prober struct {
	up, down chan string
	slots    chan struct{}
}

// New returns a prober of the hosts.
func New(hosts []string) *Prober {
	p := &Prober{up: make(chan string, len(hosts)), down: make(chan string, len(hosts)), slots: make(chan struct{}, 4)}
	for _, h := range hosts {
		p.up <- h
	}
	return p
}

// Watch hands hosts around between two queues, which hold them all.
func (p *Prober) Watch(ctx context.Context) {
	go p.probe(ctx, p.down, time.Second)
	p.probe(ctx, p.up, time.Minute)
}

func (p *Prober) probe(ctx context.Context, hosts chan string, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case h := <-hosts:
			if dial(h) {
				p.up <- h
			} else {
				p.down <- h
			}
		default:
		}
	}
}

// Once asks a host when there is room.
func (p *Prober) Once(host string) bool {
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	return dial(host)
}

func dial(host string) bool {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
