// Package capacities has containers made as large as somebody says.
package capacities

import (
	"encoding/json"
	"net/http"
	"strconv"
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
