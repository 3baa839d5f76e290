// Package singleflight holds spawns that a flag, a map entry or a Once admits
// one at a time, or one per key out of a limited set (I10, family 3).
package singleflight

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	xsf "golang.org/x/sync/singleflight"
)

// A Cache refreshes its items in the background.
type Cache struct {
	fetch   func(context.Context, string) ([]byte, error)
	pending atomic.Bool
	state   int32
	mu      sync.Mutex
	running bool
	started sync.Once
	flushes map[string]struct{}
	items   map[string]*item
	done    chan struct{}
	timer   *time.Timer
	group   xsf.Group
}

type item struct {
	value      []byte
	refreshing atomic.Bool
}

func (c *Cache) reload() {
	time.Sleep(time.Second)
	b, err := c.fetch(context.Background(), "all")
	if err != nil {
		log.Print(err)
		return
	}
	os.Stdout.Write(b)
}

// CAS is I10: a compare-and-swap before the spawn.
func (c *Cache) CAS(w http.ResponseWriter, r *http.Request) {
	if c.pending.CompareAndSwap(false, true) {
		go func() {
			defer c.pending.Store(false)
			c.reload()
		}()
	}
	w.WriteHeader(http.StatusAccepted)
}

// CASInt is I10 with the functions of sync/atomic and an early return.
func (c *Cache) CASInt(w http.ResponseWriter, r *http.Request) {
	if !atomic.CompareAndSwapInt32(&c.state, 0, 1) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	go c.reloadState()
}

func (c *Cache) reloadState() {
	defer atomic.StoreInt32(&c.state, 0)
	c.reload()
}

// CASCallee is I10 at the entry of the goroutine: the second one leaves at once.
func (c *Cache) CASCallee(w http.ResponseWriter, r *http.Request) {
	go c.reloadOnce()
}

func (c *Cache) reloadOnce() {
	if !c.pending.CompareAndSwap(false, true) {
		return
	}
	defer c.pending.Store(false)
	c.reload()
}

// Swap is I10 with Swap.
func (c *Cache) Swap(w http.ResponseWriter, r *http.Request) {
	if c.pending.Swap(true) {
		return
	}
	go func() {
		c.reload()
		c.pending.Store(false)
	}()
}

// Mutex is I10 with a bool under a lock.
func (c *Cache) Mutex(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.running {
		c.mu.Unlock()
		return
	}
	c.running = true
	c.mu.Unlock()
	go func() {
		defer func() {
			c.mu.Lock()
			c.running = false
			c.mu.Unlock()
		}()
		c.reload()
	}()
}

// TryLock is I10: the lock is the flag.
func (c *Cache) TryLock(w http.ResponseWriter, r *http.Request) {
	if !c.mu.TryLock() {
		return
	}
	go func() {
		defer c.mu.Unlock()
		c.reload()
	}()
}

// Once is I10: the spawn is in a sync.Once.
func (c *Cache) Once(w http.ResponseWriter, r *http.Request) {
	c.started.Do(func() {
		go c.reload()
	})
}

// Nil is I10: there is a goroutine while the field is set.
func (c *Cache) Nil(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		go func() {
			c.reload()
			c.mu.Lock()
			close(c.done)
			c.done = nil
			c.mu.Unlock()
		}()
	}
}

// PerItem is I10 per key: one refresh per cached item, and the items are the cache's.
func (c *Cache) PerItem(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	it, ok := c.items[r.URL.Path]
	c.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	if it.refreshing.CompareAndSwap(false, true) {
		go func() {
			defer it.refreshing.Store(false)
			b, err := c.fetch(context.Background(), r.URL.Path)
			if err == nil {
				c.mu.Lock()
				it.value = b
				c.mu.Unlock()
			}
		}()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Write(it.value)
}

// PerKey is I10: an entry of the map is set before the spawn and deleted by the goroutine.
func (c *Cache) PerKey(w http.ResponseWriter, r *http.Request) {
	const key = "flush"
	c.mu.Lock()
	_, busy := c.flushes[key]
	if !busy {
		c.flushes[key] = struct{}{}
	}
	c.mu.Unlock()
	if busy {
		return
	}
	go func() {
		c.reload()
		c.mu.Lock()
		delete(c.flushes, key)
		c.mu.Unlock()
	}()
}

// Debounce is family 3: the one timer is set again.
func (c *Cache) Debounce(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(time.Second, c.reloadOnce)
}

// Group is I10 in x/sync: callers of one key share one run, and they wait for it.
func (c *Cache) Group(w http.ResponseWriter, r *http.Request) {
	v, err, _ := c.group.Do("all", func() (any, error) {
		return c.fetch(r.Context(), "all")
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Write(v.([]byte))
}

// Kick is I10 in an accept loop: the janitor runs while there is a connection.
func (c *Cache) Kick(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if c.pending.CompareAndSwap(false, true) {
			go func() {
				defer c.pending.Store(false)
				c.reload()
			}()
		}
		io.Copy(conn, conn)
		conn.Close()
	}
}

// Lazy is I10 with a plain variable of the loop.
func Lazy(pc net.PacketConn, flush func()) error {
	started := false
	buf := make([]byte, 1500)
	for {
		if _, _, err := pc.ReadFrom(buf); err != nil {
			return err
		}
		if !started {
			started = true
			go flush()
		}
	}
}

// Token is I10 with a channel of one slot: the token is there while nothing runs.
func (c *Cache) Token(idle chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-idle:
			go func() {
				c.reload()
				idle <- struct{}{}
			}()
		default:
			http.Error(w, "already running", http.StatusConflict)
		}
	}
}
