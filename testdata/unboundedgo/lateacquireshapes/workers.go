package lateacquireshapes

import (
	"net/http"
	"time"
)

var encoding = make(chan struct{}, 4)

// A shard flushes what it has from time to time.
type shard struct {
	url  string
	stop chan struct{}
}

// startShards is silent: the goroutines stay, as many as there are shards, and
// take a slot each time that they have something to encode.
func startShards(urls []string) []*shard {
	ss := make([]*shard, len(urls))
	for i, u := range urls {
		ss[i] = &shard{url: u, stop: make(chan struct{})}
		go ss[i].run()
	}
	return ss
}

func (s *shard) run() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			s.flush()
		case <-s.stop:
			return
		}
	}
}

func (s *shard) flush() {
	encoding <- struct{}{}
	defer func() { <-encoding }()
	if resp, err := http.Get(s.url); err == nil {
		resp.Body.Close()
	}
}

// flushAll is reported: the goroutines are there for one piece of work each.
func flushAll(ss []*shard) {
	for _, s := range ss {
		go s.flush() // want `goroutine per element .*waits for encoding after it is started`
	}
}
