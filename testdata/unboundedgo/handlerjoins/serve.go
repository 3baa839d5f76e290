// Package handlerjoins holds handlers that start goroutines and wait for all
// of them before they return: the request's own bound is the bound.
package handlerjoins

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

func get(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	return string(b), err
}

// An API asks the same backends for each request.
type API struct {
	backends []string
}

// NewAPI takes the backends from the operator.
func NewAPI(backends ...string) *API { return &API{backends: backends} }

// Wait joins with a WaitGroup: family 2 and family 3.
func (a *API) Wait(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	out := make([]string, len(a.backends))
	for i, b := range a.backends {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out[i], _ = get(r.Context(), b)
		}()
	}
	wg.Wait()
	for _, s := range out {
		io.WriteString(w, s)
	}
}

// Group joins with an errgroup.
func (a *API) Group(w http.ResponseWriter, r *http.Request) {
	g, ctx := errgroup.WithContext(r.Context())
	var mu sync.Mutex
	var out []string
	for _, b := range a.backends {
		g.Go(func() error {
			s, err := get(ctx, b)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			out = append(out, s)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for _, s := range out {
		io.WriteString(w, s)
	}
}

// Count joins by receiving as many results as it started goroutines.
func (a *API) Count(w http.ResponseWriter, r *http.Request) {
	results := make(chan string)
	for _, b := range a.backends {
		go func() {
			s, err := get(r.Context(), b)
			if err != nil {
				s = err.Error()
			}
			results <- s
		}()
	}
	for range a.backends {
		io.WriteString(w, <-results)
	}
}

// Done waits for one goroutine on a channel.
func (a *API) Done(w http.ResponseWriter, r *http.Request) {
	done := make(chan error)
	go func() {
		_, err := io.Copy(io.Discard, r.Body)
		done <- err
	}()
	if err := <-done; err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// Deferred joins in a defer.
func (a *API) Deferred(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		os.WriteFile("access.log", []byte(r.URL.Path), 0o600)
	})
	io.WriteString(w, "ok\n")
}

// Stream pipes: the goroutine ends when the handler has read all, or closed the pipe.
func (a *API) Stream(w http.ResponseWriter, r *http.Request) {
	pr, pw := io.Pipe()
	defer pr.Close()
	go func() {
		_, err := io.Copy(pw, r.Body)
		pw.CloseWithError(err)
	}()
	io.Copy(w, pr)
}

// Helper joins inside a function it calls.
func (a *API) Helper(w http.ResponseWriter, r *http.Request) {
	s, err := a.all(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	io.WriteString(w, s)
}

func (a *API) all(ctx context.Context) (string, error) {
	type result struct {
		s   string
		err error
	}
	results := make(chan result, len(a.backends))
	for _, b := range a.backends {
		go func() {
			s, err := get(ctx, b)
			results <- result{s, err}
		}()
	}
	var all string
	var errs error
	for i := 0; i < len(a.backends); i++ {
		r := <-results
		all += r.s
		errs = errors.Join(errs, r.err)
	}
	return all, errs
}

// Closer joins through a goroutine that waits and closes the results.
func (a *API) Closer(w http.ResponseWriter, r *http.Request) {
	results := make(chan string)
	var wg sync.WaitGroup
	for _, b := range a.backends {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s, _ := get(r.Context(), b)
			results <- s
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	for s := range results {
		io.WriteString(w, s)
	}
}

// Limited is I01 with I14: a slot is taken before the spawn or the client gets a 503;
// the goroutine that outlives the request keeps its slot.
func Limited(next http.Handler, limit int, d time.Duration) http.Handler {
	slots := make(chan struct{}, limit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		done := make(chan struct{})
		go func() {
			defer func() { <-slots }()
			defer close(done)
			next.ServeHTTP(w, r)
		}()
		select {
		case <-done:
		case <-time.After(d):
			http.Error(w, "timeout", http.StatusServiceUnavailable)
		}
	})
}

// A Queue has workers of its own; the handler only fills it (I14).
type Queue struct {
	jobs chan string
}

// NewQueue starts n workers, once.
func NewQueue(n int, run func(string)) *Queue {
	q := &Queue{jobs: make(chan string, 100)}
	for range n {
		go func() {
			for j := range q.jobs {
				run(j)
			}
		}()
	}
	return q
}

// ServeHTTP refuses when the queue is full.
func (q *Queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case q.jobs <- r.FormValue("job"):
		w.WriteHeader(http.StatusAccepted)
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, "queue is full", http.StatusServiceUnavailable)
	}
}

// A Refresher starts at most one refresh at a time (I10).
type Refresher struct {
	mu      sync.Mutex
	running bool
	refresh func()
}

// ServeHTTP starts a refresh unless one is running.
func (f *Refresher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.running {
		f.running = true
		go func() {
			f.refresh()
			f.mu.Lock()
			f.running = false
			f.mu.Unlock()
		}()
	}
	w.WriteHeader(http.StatusAccepted)
}

// Bound ends with its request: what it started has the same context and a buffered channel.
func (a *API) Bound(w http.ResponseWriter, r *http.Request) {
	found := make(chan string, len(a.backends))
	for _, b := range a.backends {
		go func() {
			s, _ := get(r.Context(), b)
			found <- s
		}()
	}
	select {
	case s := <-found:
		io.WriteString(w, s)
	case <-r.Context().Done():
	}
}

// Watch ends its goroutine with the request: the context is cancelled when the handler returns.
func Watch(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	lines := make(chan string)
	go func() {
		defer close(lines)
		t := time.NewTicker(time.Second)
		defer t.Stop()
		for {
			select {
			case now := <-t.C:
				select {
				case lines <- now.String():
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	for s := range lines {
		if _, err := io.WriteString(w, s); err != nil {
			return
		}
	}
}
