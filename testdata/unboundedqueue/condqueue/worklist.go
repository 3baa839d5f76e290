package condqueue

import "sync"

// A Worklist of what is to be done is silent: each thing gets in once, and who does
// one may find more. Waiting for room in Add would be waiting for oneself.
type Worklist struct {
	mu      sync.Mutex
	found   sync.Cond
	seen    map[string]bool
	todo    []string
	waiting int
}

func (w *Worklist) Add(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[name] {
		return
	}
	w.seen[name] = true
	w.todo = append(w.todo, name)
	w.found.Signal()
}

func (w *Worklist) Run(do func(string)) {
	for {
		w.mu.Lock()
		for len(w.todo) == 0 {
			w.waiting++
			w.found.Wait()
			w.waiting--
		}
		name := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.mu.Unlock()
		do(name)
	}
}

// A Routed queue is reported: the table says where a job goes, not whether it
// is in the queue.
type Routed struct {
	mu      sync.Mutex
	found   sync.Cond
	routes  map[string]int
	letters []*job
}

func (r *Routed) Add(name string, j *job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.routes[name]; ok {
		r.letters = append(r.letters, j) // want `queue r.letters grows with each call of Add: its callers decide how much`
		r.found.Signal()
	}
}

func (r *Routed) Get() *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.letters) == 0 {
		r.found.Wait()
	}
	j := r.letters[0]
	r.letters = r.letters[1:]
	return j
}
