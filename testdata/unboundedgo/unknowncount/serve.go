// Package unknowncount holds loops of which nobody here can say who decides
// how often they run: unknown stays silent.
package unknowncount

import (
	"bufio"
	"context"
	"io"
	"iter"
	"log"
	"net/http"
	"strings"
	"sync"
)

// N is silent: a number that the caller chooses.
func N(n int, run func(int)) {
	for i := range n {
		go run(i)
	}
}

// All is silent: a slice of unknown origin.
func All(ctx context.Context, urls []string) {
	var wg sync.WaitGroup
	for _, u := range urls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			resp, err := http.Get(u)
			if err != nil {
				log.Print(err)
				return
			}
			resp.Body.Close()
		}()
	}
	wg.Wait()
}

// Targets is silent: a map of unknown origin.
func Targets(targets map[string]io.Writer, b []byte) {
	for _, w := range targets {
		go w.Write(b)
	}
}

// Updates is silent: a channel that may carry configuration.
func Updates(updates <-chan []string, apply func([]string) error) {
	for u := range updates {
		go func() {
			if err := apply(u); err != nil {
				log.Print(err)
			}
		}()
	}
}

// Seq is silent: an iterator of unknown origin.
func Seq(seq iter.Seq[string], visit func(string)) {
	for s := range seq {
		go visit(s)
	}
}

// A Source yields items of some kind.
type Source interface {
	Next() (string, bool)
}

// Drain is silent: an interface of unknown implementation whose method is not one that accepts.
func Drain(s Source, visit func(string)) {
	for {
		item, ok := s.Next()
		if !ok {
			return
		}
		go visit(item)
	}
}

// Until is silent: the loop's condition is a function of the caller's.
func Until(more func() bool, run func()) {
	for more() {
		go run()
	}
}

// Spawn is silent: one goroutine per call, and who calls is unknown.
func Spawn(wg *sync.WaitGroup, f func()) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
}

// Generic is silent: elements of a type parameter's slice.
func Generic[S ~[]E, E any](s S, f func(E)) {
	var wg sync.WaitGroup
	for _, e := range s {
		wg.Go(func() { f(e) })
	}
	wg.Wait()
}

// A registry keeps listeners that callers add.
type registry struct {
	mu        sync.Mutex
	listeners []func(string)
}

// Add registers a listener.
func (r *registry) Add(f func(string)) {
	r.mu.Lock()
	r.listeners = append(r.listeners, f)
	r.mu.Unlock()
}

// Emit is silent: a goroutine per registered listener, an event at a time.
func (r *registry) Emit(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.listeners {
		go f(event)
	}
}

// Rewound is silent, and ends: the reader reads what it returned before, and
// the count is nested deeper than anybody cares to follow.
func Rewound(line string, visit func(int)) error {
	for {
		r := bufio.NewReader(strings.NewReader(line))
		var err error
		if line, err = r.ReadString('\n'); err != nil {
			return err
		}
		n := len(line)
		n = ((((((((((n+1)*2+1)*2+1)*2+1)*2+1)*2+1)*2+1)*2+1)*2+1)*2 + 1)
		for i := range n {
			go visit(i)
		}
	}
}
