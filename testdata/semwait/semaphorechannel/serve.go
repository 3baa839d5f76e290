// Package semaphorechannel waits for slots of channels.
package semaphorechannel

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

var errBusy = errors.New("busy")

// A Store asks a database, at most a few questions at a time.
type Store struct {
	slots chan struct{}
	addr  string
	stop  chan struct{}
}

func (s *Store) ask(key string) (string, error) {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if _, err := io.WriteString(c, key); err != nil {
		return "", err
	}
	b, err := io.ReadAll(c)
	return string(b), err
}

func (s *Store) askFor(key string, d time.Duration) (string, error) {
	c, err := net.DialTimeout("tcp", s.addr, d)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(d)); err != nil {
		return "", err
	}
	b, err := io.ReadAll(c)
	return string(b), err
}

// Get has a context and waits without it.
func (s *Store) Get(ctx context.Context, key string) (string, error) {
	s.slots <- struct{}{} // want `wait for a slot of s.slots lasts as long as holders that wait for peers: ctx cannot end it \(semwait/no-context\)`
	defer func() { <-s.slots }()
	return s.ask(key)
}

// GetDirect gives the slot back without a defer.
func (s *Store) GetDirect(ctx context.Context, key string) (string, error) {
	s.slots <- struct{}{} // want `no-context`
	v, err := s.ask(key)
	<-s.slots
	return v, err
}

// GetSelect does it in a select with one arm.
func (s *Store) GetSelect(ctx context.Context, key string) (string, error) {
	select {
	case s.slots <- struct{}{}: // want `no-context`
	}
	defer func() { <-s.slots }()
	return s.ask(key)
}

// GetLocked may not leave: the lock would stay taken.
func (s *Store) GetLocked(ctx context.Context, mu *sync.Mutex, key string) (string, error) {
	mu.Lock()
	s.slots <- struct{}{} // want `no-context`
	v, err := s.ask(key)
	<-s.slots
	mu.Unlock()
	return v, err
}

// GetCtx ends its wait with the context.
func (s *Store) GetCtx(ctx context.Context, key string) (string, error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-s.slots }()
	return s.ask(key)
}

// GetSoon waits for a second.
func (s *Store) GetSoon(ctx context.Context, key string) (string, error) {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case s.slots <- struct{}{}:
	case <-t.C:
		return "", errBusy
	}
	defer func() { <-s.slots }()
	return s.ask(key)
}

// GetNow does not wait.
func (s *Store) GetNow(ctx context.Context, key string) (string, error) {
	select {
	case s.slots <- struct{}{}:
	default:
		return "", errBusy
	}
	defer func() { <-s.slots }()
	return s.ask(key)
}

// GetUntilStopped ends its wait when the store stops.
func (s *Store) GetUntilStopped(ctx context.Context, key string) (string, error) {
	select {
	case s.slots <- struct{}{}:
	case <-s.stop:
		return "", errBusy
	}
	defer func() { <-s.slots }()
	return s.ask(key)
}

// Close stops the store.
func (s *Store) Close() { close(s.stop) }

// A Timed store's holders are done in time.
type Timed struct {
	Store
	sem chan struct{}
}

// Get waits for holders that all have a deadline.
func (t *Timed) Get(ctx context.Context, key string) (string, error) {
	t.sem <- struct{}{}
	defer func() { <-t.sem }()
	return t.askFor(key, time.Second)
}

// GetAsIfForgotten obeys the context in one wait and not in the other.
func (t *Timed) GetAsIfForgotten(ctx context.Context, known <-chan struct{}, key string) (string, error) {
	select {
	case <-known:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	t.sem <- struct{}{} // want `no-context`
	defer func() { <-t.sem }()
	return t.askFor(key, time.Second)
}

// A Counter's holders wait for nobody.
type Counter struct {
	slots chan struct{}
	n     map[string]int
}

// Add holds its slot for an addition.
func (c *Counter) Add(ctx context.Context, key string) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	c.n[key]++
}

// An API answers requests, some at a time.
type API struct {
	sem    chan struct{}
	render func(w io.Writer, name string) error
}

// ServeHTTP waits for a slot for clients that may have gone.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.sem <- struct{}{} // want `wait for a slot of a.sem lasts as long as requests that hold one: r.Context\(\) cannot end it \(semwait/no-context\)`
	defer func() { <-a.sem }()
	if err := a.render(w, r.URL.Path); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Limit lets n requests at a time through to next.
func Limit(n int, next http.Handler) http.Handler {
	sem := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sem <- struct{}{} // want `no-context`
		defer func() { <-sem }()
		next.ServeHTTP(w, r)
	})
}

// LimitFair ends the wait with the request.
func LimitFair(n int, next http.Handler) http.Handler {
	sem := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case sem <- struct{}{}:
			defer func() { <-sem }()
		case <-r.Context().Done():
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Tokens has its slots in the channel.
type Tokens struct {
	tokens chan struct{}
	store  *Store
}

// NewTokens returns n slots.
func NewTokens(n int, s *Store) *Tokens {
	t := &Tokens{tokens: make(chan struct{}, n), store: s}
	for range n {
		t.tokens <- struct{}{}
	}
	return t
}

// Get takes a token.
func (t *Tokens) Get(ctx context.Context, key string) (string, error) {
	<-t.tokens // want `no-context`
	defer func() { t.tokens <- struct{}{} }()
	return t.store.ask(key)
}

// GetCtx takes a token while the context lasts.
func (t *Tokens) GetCtx(ctx context.Context, key string) (string, error) {
	select {
	case <-t.tokens:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { t.tokens <- struct{}{} }()
	return t.store.ask(key)
}

// Conns keeps connections in a channel.
type Conns struct{ free chan net.Conn }

// Dial fills it.
func Dial(addr string, n int) (*Conns, error) {
	p := &Conns{free: make(chan net.Conn, n)}
	for range n {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		p.free <- c
	}
	return p, nil
}

// Send takes a connection.
func (p *Conns) Send(ctx context.Context, msg string) error {
	c := <-p.free // want `no-context`
	defer func() { p.free <- c }()
	_, err := io.WriteString(c, msg)
	return err
}

// FetchAll works for one caller: the goroutines end with its context.
func FetchAll(ctx context.Context, urls []string) error {
	sem := make(chan struct{}, 8)
	var wg sync.WaitGroup
	for _, u := range urls {
		sem <- struct{}{}
		wg.Go(func() {
			defer func() { <-sem }()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
			if err != nil {
				return
			}
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// Wait takes all slots: nobody holds one any more.
func (s *Store) Wait(ctx context.Context) {
	for range cap(s.slots) {
		s.slots <- struct{}{}
	}
}

// Run has no context to ask.
func (s *Store) run(key string) (string, error) {
	sem := make(chan struct{}, 1)
	sem <- struct{}{}
	defer func() { <-sem }()
	return s.ask(key)
}

// Notify wakes a worker: no slot.
type Notify struct{ wake chan struct{} }

// Kick waits until the worker has seen the last one.
func (n *Notify) Kick(ctx context.Context) { n.wake <- struct{}{} }

// Wait is the worker's.
func (n *Notify) Wait() { <-n.wake }

// A slot is a token of a generic pool.
type pool[T any] struct{ sem chan T }

func (p *pool[T]) get(ctx context.Context, s *Store, t T) (string, error) {
	p.sem <- t // want `no-context`
	defer func() { <-p.sem }()
	return s.ask("")
}

// Get uses an instance.
func Get(ctx context.Context, s *Store) (string, error) {
	p := &pool[struct{}]{sem: make(chan struct{}, 3)}
	return p.get(ctx, s, struct{}{})
}
