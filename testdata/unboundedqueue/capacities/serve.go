// Package capacities has containers made as large as somebody says.
package capacities

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
)

type hit struct{ id, score int }

func top(w http.ResponseWriter, r *http.Request) {
	k, err := strconv.Atoi(r.FormValue("k"))
	if err != nil {
		return
	}
	best := make([]hit, 0, k) // want `capacity k of slice: a peer chooses it, nothing bounds it \(unboundedqueue/capacity\)`
	_ = best
}

func queue(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	ch := make(chan hit, n) // want `capacity n of channel: a peer chooses it`
	close(ch)
}

type query struct{ Limit int }

func decoded(w http.ResponseWriter, r *http.Request) {
	var q query
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return
	}
	m := make(map[int]hit, q.Limit) // want `capacity q.Limit of map: a peer chooses it`
	_ = m
}

// events is a queue that memory ends first.
var events = make(chan *hit, 1<<24) // want `channel with room for 16777216 elements: a queue that long is no bound`

const maxTop = 100

func checked(w http.ResponseWriter, r *http.Request) {
	k, err := strconv.Atoi(r.FormValue("k"))
	if err != nil || k > maxTop {
		return
	}
	best := make([]hit, 0, k)
	_ = best
}

func clamped(w http.ResponseWriter, r *http.Request) {
	k, _ := strconv.Atoi(r.FormValue("k"))
	best := make([]hit, 0, min(k, maxTop))
	_ = best
}

// As many as there are is no choice.
func copied(w http.ResponseWriter, r *http.Request) {
	var qs []query
	if err := json.NewDecoder(r.Body).Decode(&qs); err != nil {
		return
	}
	best := make([]hit, 0, len(qs))
	_ = best
}

// small is a queue.
var small = make(chan *hit, 1024)

// Hits are counted by a goroutine that has nothing else to do: who hands them
// over may wait for it.
var pending = make(chan *hit, 2_000_000) // want `channel with room for 2000000 elements: a queue that long is no bound`

func submit(w http.ResponseWriter, r *http.Request) { pending <- &hit{} }

func count() (n int) {
	for range pending {
		n++
	}
	return n
}

type board struct {
	mu   sync.Mutex
	hits chan *hit
	n    int
}

func newBoard() *board {
	b := &board{
		// nofix: who sends has the lock that who receives waits for
		hits: make(chan *hit, 1_000_000), // want `channel with room for 1000000 elements: a queue that long is no bound`
	}
	go b.count()
	return b
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.hits <- &hit{}
	b.mu.Unlock()
}

func (b *board) count() {
	for range b.hits {
		b.mu.Lock()
		b.n++
		b.mu.Unlock()
	}
}

// sorted fills the channel before it empties it.
func sorted(hs []*hit) (out []*hit) {
	// nofix: nobody else would make room
	ch := make(chan *hit, 1<<20) // want `channel with room for 1048576 elements: a queue that long is no bound`
	for _, h := range hs {
		ch <- h
	}
	close(ch)
	for h := range ch {
		out = append(out, h)
	}
	return out
}

// listed fills a channel that has as much room as a client says.
func listed(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	// nofix: with less room it would wait for itself
	ch := make(chan int, n) // want `capacity n of channel: a peer chooses it`
	for i := 0; i < n; i++ {
		ch <- i
	}
	close(ch)
	for range ch {
		w.WriteHeader(http.StatusOK)
	}
}
