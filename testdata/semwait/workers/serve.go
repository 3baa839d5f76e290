// Package workers hands jobs to workers, and waits for conditions, without a look
// at the context it is given.
package workers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// A job has a channel for its answer.
type job struct {
	url    string
	answer chan string
}

// A Pool has workers that ask a server.
type Pool struct{ jobs chan *job }

// NewPool returns a pool of n.
func NewPool(n int) *Pool {
	p := &Pool{jobs: make(chan *job)}
	for range n {
		go p.work()
	}
	return p
}

func (p *Pool) work() {
	for j := range p.jobs {
		j.answer <- get(j.url)
	}
}

func get(url string) string {
	resp, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return string(b)
}

// Ask waits for a worker, and for its answer.
func (p *Pool) Ask(ctx context.Context, url string) (string, error) {
	j := &job{url, make(chan string, 1)}
	p.jobs <- j          // want `send to p\.jobs waits for a worker, and workers wait for peers: ctx cannot end it \(semwait/no-context\)`
	answer := <-j.answer // want `receive from j\.answer waits for a worker that waits for peers: ctx cannot end it \(semwait/no-context\)`
	return answer, nil
}

// AskHere waits for an answer that has nowhere else to go.
func (p *Pool) AskHere(ctx context.Context, url string) (string, error) {
	j := &job{url, make(chan string)}
	p.jobs <- j // want `send to p\.jobs waits for a worker`
	// nofix: the worker would wait for ever
	return <-j.answer, nil // want `receive from j\.answer waits for a worker that waits for peers`
}

// AskInTime is silent.
func (p *Pool) AskInTime(ctx context.Context, url string) (string, error) {
	j := &job{url, make(chan string, 1)}
	select {
	case p.jobs <- j:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case answer := <-j.answer:
		return answer, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// All is silent: it feeds its workers, and they are all there is to wait for.
func (p *Pool) All(ctx context.Context, urls []string) (answers []string) {
	ch := make(chan string, len(urls))
	for _, u := range urls {
		p.jobs <- &job{u, ch}
	}
	for range urls {
		answers = append(answers, <-ch)
	}
	return answers
}

// A Calculator has workers that wait for nobody.
type Calculator struct{ jobs chan *job }

// NewCalculator returns one.
func NewCalculator() *Calculator {
	c := &Calculator{jobs: make(chan *job)}
	go func() {
		for j := range c.jobs {
			j.answer <- fmt.Sprint(len(j.url))
		}
	}()
	return c
}

// Ask is silent: it does not take long.
func (c *Calculator) Ask(ctx context.Context, url string) string {
	j := &job{url, make(chan string, 1)}
	c.jobs <- j
	return <-j.answer
}

// A Timed pool gives each job a time limit.
type Timed struct{ jobs chan *job }

// NewTimed returns one.
func NewTimed() *Timed {
	t := &Timed{jobs: make(chan *job)}
	go func() {
		for j := range t.jobs {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			req, _ := http.NewRequestWithContext(ctx, http.MethodGet, j.url, nil)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				resp.Body.Close()
			}
			cancel()
			j.answer <- "done"
		}
	}()
	return t
}

// Ask is silent: a job ends after a second.
func (t *Timed) Ask(ctx context.Context, url string) string {
	j := &job{url, make(chan string, 1)}
	t.jobs <- j
	return <-j.answer
}

// A task has a context for whoever works on it.
type task struct {
	ctx    context.Context
	url    string
	answer chan string
}

// A Careful pool gives up tasks whose context has ended.
type Careful struct{ tasks chan task }

// NewCareful returns one.
func NewCareful() *Careful {
	c := &Careful{tasks: make(chan task, 8)}
	go func() {
		for t := range c.tasks {
			req, _ := http.NewRequestWithContext(t.ctx, http.MethodGet, t.url, nil)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				resp.Body.Close()
			}
			t.answer <- "done"
		}
	}()
	return c
}

// Ask is silent: the worker looks at the context.
func (c *Careful) Ask(ctx context.Context, url string) string {
	t := task{ctx, url, make(chan string, 1)}
	c.tasks <- t
	return <-t.answer
}

// A Hub serves several channels, and is nobody's worker.
type Hub struct {
	join, say chan *job
}

// NewHub returns one.
func NewHub() *Hub {
	h := &Hub{join: make(chan *job), say: make(chan *job)}
	go func() {
		all := map[string]*job{}
		for {
			select {
			case j := <-h.join:
				all[j.url] = j
			case j := <-h.say:
				get(j.url)
			}
		}
	}()
	return h
}

// Join is silent.
func (h *Hub) Join(ctx context.Context, j *job) { h.join <- j }

// A Box has texts for whoever takes them.
type Box struct {
	mu     sync.Mutex
	some   *sync.Cond
	texts  []string
	closed bool
}

// Take waits for a text, whatever the context says.
func (b *Box) Take(ctx context.Context) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.texts) == 0 {
		// nofix: who wakes it when the context ends is for the project to say
		b.some.Wait() // want `wait for b\.some lasts until somebody signals: ctx cannot end it \(semwait/no-context\)`
	}
	t := b.texts[0]
	b.texts = b.texts[1:]
	return t
}

// TakeInTime is silent: the context wakes it.
func (b *Box) TakeInTime(ctx context.Context) (string, error) {
	stop := context.AfterFunc(ctx, b.some.Broadcast)
	defer stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.texts) == 0 && ctx.Err() == nil {
		b.some.Wait()
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t := b.texts[0]
	b.texts = b.texts[1:]
	return t, nil
}

// TakeOpen is silent: it ends when the box is closed.
func (b *Box) TakeOpen(ctx context.Context) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.texts) == 0 && !b.closed {
		b.some.Wait()
	}
	if b.closed {
		return ""
	}
	return b.texts[0]
}

// Put adds a text.
func (b *Box) Put(t string) {
	b.mu.Lock()
	b.texts = append(b.texts, t)
	b.mu.Unlock()
	b.some.Signal()
}

// Close ends it.
func (b *Box) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.some.Broadcast()
}
