// Package workerqueue has workers that take jobs from a queue with a
// condition: they wait for work again and again, not for a slot.
package workerqueue

import "sync"

type queue struct {
	mu   sync.Mutex
	cond *sync.Cond
	jobs []func() error
	n    int
}

func (q *queue) add(job func() error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, job)
	q.n++
	q.cond.Signal()
}

func (q *queue) wait() func() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.n == 0 {
		q.cond.Wait()
	}
	job := q.jobs[0]
	q.jobs = q.jobs[1:]
	q.n--
	return job
}

// A Pool runs jobs until they succeed.
type Pool struct {
	q       queue
	workers int
}

// New returns a pool of as many workers as its caller says.
func New(workers int) *Pool {
	p := &Pool{workers: workers}
	p.q.cond = sync.NewCond(&p.q.mu)
	return p
}

// Run is I05: each worker takes a job, does it, and puts back what failed.
func (p *Pool) Run() {
	for i := 0; i < p.workers; i++ {
		go p.work()
	}
}

// Submit enters a job.
func (p *Pool) Submit(job func() error) { p.q.add(job) }

func (p *Pool) work() {
	for {
		job := p.q.wait()
		if job() != nil {
			p.q.add(job)
		}
	}
}
