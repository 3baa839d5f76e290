// Package tickshapes holds a goroutine per tick, which may last longer than
// the period.
package tickshapes

import (
	"context"
	"log"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Poller asks an endpoint again and again.
type Poller struct {
	url     string
	every   time.Duration
	client  *http.Client
	busy    atomic.Bool
	mu      sync.Mutex
	running bool
	count   atomic.Int64
}

func (p *Poller) poll() {
	resp, err := http.Get(p.url)
	if err != nil {
		log.Print(err)
		return
	}
	resp.Body.Close()
}

// Run is reported: Get has no time limit, the next tick does not wait for it.
func (p *Poller) Run(ctx context.Context) {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			go p.poll() // want `goroutine per tick of .*unboundedgo/tick`
		case <-ctx.Done():
			return
		}
	}
}

// RunRange is reported: the same with range over time.Tick.
func (p *Poller) RunRange() {
	for range time.Tick(p.every) {
		go p.poll() // want `goroutine per tick of .*unboundedgo/tick`
	}
}

// RunAfter is reported: time.After in the loop.
func (p *Poller) RunAfter(done <-chan struct{}) {
	for {
		select {
		case <-time.After(p.every):
			go func() { // want `goroutine per tick of .*unboundedgo/tick`
				p.poll()
				p.count.Add(1)
			}()
		case <-done:
			return
		}
	}
}

// RunSleep is reported: Sleep is the clock.
func (p *Poller) RunSleep() {
	for {
		go p.poll() // want `goroutine per tick of .*unboundedgo/tick`
		time.Sleep(p.every)
	}
}

// RunTimer is reported: a timer that is set again.
func (p *Poller) RunTimer(ctx context.Context) {
	t := time.NewTimer(0)
	defer t.Stop()
	for ctx.Err() == nil {
		<-t.C
		go p.poll() // want `goroutine per tick of .*unboundedgo/tick`
		t.Reset(p.every)
	}
}

// RunOnce is silent: a timer that nothing sets again strikes once.
func (p *Poller) RunOnce(ctx context.Context, changed <-chan struct{}) {
	t := time.NewTimer(p.every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			go p.poll()
		case <-changed:
			p.poll()
		case <-ctx.Done():
			return
		}
	}
}

// RunGroup is reported: the WaitGroup is for the end of the program.
func (p *Poller) RunGroup(ctx context.Context, wg *sync.WaitGroup) {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			wg.Go(p.poll) // want `goroutine per tick of .*unboundedgo/tick`
		case <-ctx.Done():
			return
		}
	}
}

// Inline is silent: the poll holds the loop back, late ticks are dropped.
func (p *Poller) Inline(ctx context.Context) {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.poll()
		case <-ctx.Done():
			return
		}
	}
}

// Guarded is I10: a compare-and-swap admits one poll at a time.
func (p *Poller) Guarded(ctx context.Context) {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if !p.busy.CompareAndSwap(false, true) {
				continue
			}
			go func() {
				defer p.busy.Store(false)
				p.poll()
			}()
		case <-ctx.Done():
			return
		}
	}
}

// GuardedMutex is I10 with a flag under a lock.
func (p *Poller) GuardedMutex() {
	for range time.Tick(p.every) {
		p.mu.Lock()
		if p.running {
			p.mu.Unlock()
			continue
		}
		p.running = true
		p.mu.Unlock()
		go func() {
			p.poll()
			p.mu.Lock()
			p.running = false
			p.mu.Unlock()
		}()
	}
}

// Joined waits for the poll, or for its end, before the next tick.
func (p *Poller) Joined(ctx context.Context) {
	t := time.NewTicker(p.every)
	defer t.Stop()
	for range t.C {
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.poll()
		}()
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// Short is silent: nothing in the goroutine waits.
func (p *Poller) Short() {
	for range time.Tick(p.every) {
		go func() {
			p.count.Store(0)
		}()
	}
}

// Timed is silent: the goroutine ends before the next tick, its timeout is shorter than the period.
func (p *Poller) Timed(ctx context.Context) {
	t := time.NewTicker(30 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			go func() {
				ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url, nil)
				if err != nil {
					return
				}
				resp, err := p.client.Do(req)
				if err == nil {
					resp.Body.Close()
				}
			}()
		case <-ctx.Done():
			return
		}
	}
}

// Slots is I01: as many polls at once as there are slots, late ticks are dropped.
func (p *Poller) Slots() {
	sem := make(chan struct{}, 2)
	for range time.Tick(p.every) {
		select {
		case sem <- struct{}{}:
			go func() {
				defer func() { <-sem }()
				p.poll()
			}()
		default:
		}
	}
}

// Once is silent: one timer, one goroutine, and the function returns.
func (p *Poller) Once(ctx context.Context) {
	select {
	case <-time.After(p.every):
		go p.poll()
	case <-ctx.Done():
	}
}

// Rotate is silent: AfterFunc sets the next timer only when its work is done.
func (p *Poller) Rotate(name string) {
	var run func()
	run = func() {
		os.Rename(name, name+".1")
		time.AfterFunc(p.every, run)
	}
	time.AfterFunc(p.every, run)
}
