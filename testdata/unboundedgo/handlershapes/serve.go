// Package handlershapes holds HTTP handlers whose goroutines outlive the
// request: clients decide how many, also clients that have gone.
package handlershapes

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Notifier posts an event to a webhook for each request.
type Notifier struct {
	hook   string
	client *http.Client
	wg     sync.WaitGroup
	jobs   chan string
	quit   chan struct{}
	fails  atomic.Int32
}

// ServeHTTP is S02: the answer goes out at once, the post goes on.
func (n *Notifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	event := r.FormValue("event")
	go n.post(event) // want `goroutine started by handler .*unboundedgo/handler`
	w.WriteHeader(http.StatusAccepted)
}

func (n *Notifier) post(event string) {
	resp, err := n.client.Post(n.hook, "text/plain", nil)
	if err != nil {
		log.Printf("post %q: %v", event, err)
		return
	}
	resp.Body.Close()
}

// Upload is S02 as a function with a handler's parameters, found two calls deep.
func (n *Notifier) Upload(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	n.store(r.URL.Path, body)
	w.WriteHeader(http.StatusNoContent)
}

func (n *Notifier) store(name string, body []byte) {
	if len(body) == 0 {
		return
	}
	n.enqueue(name, body)
}

func (n *Notifier) enqueue(name string, body []byte) {
	n.wg.Add(1)
	go func() { // want `goroutine started by handler .*unboundedgo/handler`
		defer n.wg.Done()
		if err := os.WriteFile(name, body, 0o600); err != nil {
			log.Print(err)
		}
		n.post(name)
	}()
}

// Routes registers closures.
func (n *Notifier) Routes(mux *http.ServeMux) {
	mux.Handle("/events", n)
	mux.HandleFunc("/upload", n.Upload)

	// S02: a closure that is registered as a handler.
	mux.HandleFunc("/refresh", func(w http.ResponseWriter, r *http.Request) {
		go func() { // want `goroutine started by handler .*unboundedgo/handler`
			time.Sleep(time.Minute)
			n.post("refresh")
		}()
		io.WriteString(w, "queued\n")
	})

	// S02: the same with WaitGroup.Go, which only counts.
	mux.Handle("/reindex", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.wg.Go(func() { n.post("reindex") }) // want `goroutine started by handler .*unboundedgo/handler`
		w.WriteHeader(http.StatusAccepted)
	}))
}

// Proxy is S02: each failed request starts a goroutine that sleeps.
func (n *Notifier) Proxy(w http.ResponseWriter, r *http.Request) {
	resp, err := n.client.Get(n.hook + r.URL.Path)
	if err != nil {
		n.countFailure(30 * time.Second)
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	io.Copy(w, resp.Body)
}

func (n *Notifier) countFailure(forget time.Duration) {
	n.fails.Add(1)
	go func() { // want `goroutine started by handler .*unboundedgo/handler`
		time.Sleep(forget)
		n.fails.Add(-1)
	}()
}

// Timeout is S02: the handler leaves after its timeout, the goroutine does not.
func Timeout(next http.Handler, d time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done := make(chan struct{})
		go func() { // want `goroutine started by handler .*unboundedgo/handler`
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

// Lookup is S02: the client's context ends the wait, not the query.
func Lookup(query func(string) (string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		type answer struct {
			text string
			err  error
		}
		answers := make(chan answer, 1)
		go func() { // want `goroutine started by handler .*unboundedgo/handler`
			time.Sleep(10 * time.Millisecond)
			text, err := query(r.FormValue("q"))
			answers <- answer{text, err}
		}()
		select {
		case a := <-answers:
			if a.err != nil {
				http.Error(w, a.err.Error(), http.StatusInternalServerError)
				return
			}
			io.WriteString(w, a.text)
		case <-r.Context().Done():
		}
	}
}

// Detached is S26 and S02: the goroutine drops the request's context.
func Detached(w http.ResponseWriter, r *http.Request) {
	var job struct{ URL string }
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&job); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx := context.WithoutCancel(r.Context())
	go fetch(ctx, job.URL) // want `goroutine started by handler .*unboundedgo/handler`
	w.WriteHeader(http.StatusAccepted)
}

func fetch(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// Fanout is S02 with S03: a goroutine per element of the body, none joined.
func Fanout(w http.ResponseWriter, r *http.Request) {
	var urls []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&urls); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, u := range urls {
		go fetch(context.Background(), u) // want `(goroutine per element of|goroutine started by handler) .*unboundedgo/(fan-out|handler)`
	}
	w.WriteHeader(http.StatusAccepted)
}

// FirstOf is S02: it returns with the first answer, the slow ones pile up behind it.
func FirstOf(mirrors [3]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		errs := make(chan error, len(mirrors))
		for _, m := range mirrors {
			go func() { // want `goroutine started by handler .*unboundedgo/handler`
				errs <- fetch(context.Background(), m+r.URL.Path)
			}()
		}
		if err := <-errs; err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}
}

// Push is S02 and S06: a goroutine per request that waits for room in the queue.
func (n *Notifier) Push(w http.ResponseWriter, r *http.Request) {
	job := r.FormValue("job")
	go func() { n.jobs <- job }() // a queue made of goroutines: unboundedqueue/send-goroutine
	w.WriteHeader(http.StatusAccepted)
}

// Expire is S02: the goroutine waits an hour for each request, or for the end of the server.
func (n *Notifier) Expire(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("id")
	n.wg.Add(1)
	go func() { // want `goroutine started by handler .*unboundedgo/handler`
		defer n.wg.Done()
		select {
		case <-time.After(time.Hour):
			n.post(id)
		case <-n.quit:
		}
	}()
}

// Middleware is S02 for every handler it wraps: the audit line goes out on its own.
// It is silent: nothing proves that the writer waits for anybody.
func Middleware(audit io.Writer) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			go send(audit, r.URL.Path)
		})
	}
}

func send(w io.Writer, line string) {
	if _, err := io.WriteString(w, line+"\n"); err != nil && !errors.Is(err, os.ErrClosed) {
		log.Print(err)
	}
}

// Decode is S02 in a generic function: the handler of each T answers first and works later.
func Decode[T any](work func(context.Context, T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var v T
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&v); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		go func() { // want `goroutine started by handler .*unboundedgo/handler`
			time.Sleep(time.Second)
			if err := work(context.Background(), v); err != nil {
				log.Print(err)
			}
		}()
		w.WriteHeader(http.StatusAccepted)
	}
}

// A Hook is a handler by its method set alone; nothing here registers it.
type Hook[T any] struct {
	work func(T)
	make func(*http.Request) T
}

// ServeHTTP is S02 in a generic type.
func (h *Hook[T]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := h.make(r)
	go func() { // want `goroutine started by handler .*unboundedgo/handler`
		time.Sleep(time.Second)
		h.work(v)
	}()
	w.WriteHeader(http.StatusAccepted)
}

// Late has its handler behind a TimeoutHandler, which answers 503 and bounds
// neither the handlers nor what they start.
func Late(mux *http.ServeMux, n *Notifier) {
	late := func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		go n.post(name) // want `unboundedgo/handler`
	}
	mux.Handle("/late/{name}", http.TimeoutHandler(http.HandlerFunc(late), time.Second, "late"))
}
