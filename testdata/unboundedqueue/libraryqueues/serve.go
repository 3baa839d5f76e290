// Package libraryqueues has queues and channels that libraries make.
package libraryqueues

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/eapache/channels"
	"github.com/eapache/queue"
	"github.com/gammazero/deque"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/smallnest/chanx"
)

type job struct{ path string }

// jobs is a name of its own for the library's type.
type jobs = chanx.UnboundedChan[*job]

type server struct {
	mu     sync.Mutex
	in     *jobs
	events *channels.InfiniteChannel
	queue  *queue.Queue
	deque  deque.Deque[*job]
	short  deque.Deque[*job]
	cache  *lru.Cache[string, *job]
}

func newServer(ctx context.Context) (*server, error) {
	s := &server{
		in:     chanx.NewUnboundedChan[*job](ctx, 100), // want `chanx.NewUnboundedChan makes a queue without a limit: its producers never wait, nothing bounds it \(unboundedqueue/library\)`
		events: channels.NewInfiniteChannel(),          // want `channels.NewInfiniteChannel makes a queue without a limit`
		queue:  queue.New(),
	}
	var err error
	s.cache, err = lru.New[string, *job](1000)
	return s, err
}

// The number decides.
func rings() (_, _ *channels.RingChannel) {
	newest := channels.NewRingChannel(64)
	all := channels.NewRingChannel(channels.Infinity) // want `channels.NewRingChannel makes a queue without a limit`
	return newest, all
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	s.in.In <- &job{r.URL.Path}
	s.events.In() <- r.URL.Path
}

// A queue of a library grows as a slice does.
func (s *server) enqueue(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.queue.Add(&job{r.URL.Path}) // want `queue s.queue grows with each request: peers decide how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/queue\)`
	s.mu.Unlock()
}

func (s *server) work() {
	for range time.Tick(time.Second) {
		s.mu.Lock()
		if s.queue.Length() > 0 {
			s.queue.Remove()
		}
		s.mu.Unlock()
	}
}

// A generic one, in a field by value.
func (s *server) push(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.deque.PushBack(&job{r.URL.Path}) // want `queue s.deque grows with each request: peers decide how much, nothing bounds how far it gets ahead of its consumer`
	s.mu.Unlock()
}

func (s *server) pop() *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deque.Len() == 0 {
		return nil
	}
	return s.deque.PopFront()
}

const maxShort = 100

var errFull = errors.New("full")

func (s *server) add(j *job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.short.Len() >= maxShort {
		return errFull
	}
	s.short.PushBack(j)
	return nil
}

func (s *server) bounded(w http.ResponseWriter, r *http.Request) {
	if err := s.add(&job{r.URL.Path}); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

func (s *server) next() *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.short.PopFront()
}

// The cache forgets.
func (s *server) remember(w http.ResponseWriter, r *http.Request) {
	s.cache.Add(r.URL.Path, &job{r.URL.Path})
}
