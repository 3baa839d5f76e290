package rig

import (
	"bytes"
	"os"
	"runtime/metrics"
	"strconv"
	"sync"
	"time"
)

// samplePeriod is the time between two samples.
const samplePeriod = 20 * time.Millisecond

// gauges reads what this process holds. Reading stops no other goroutine.
type gauges struct {
	m []metrics.Sample
}

// newGauges returns gauges of this process.
func newGauges() *gauges {
	return &gauges{m: []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/sched/threads/total:threads"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}}
}

// read fills in the part of s that is about this process.
func (g *gauges) read(s *sample) {
	metrics.Read(g.m)
	at := func(i int) int64 {
		if g.m[i].Value.Kind() != metrics.KindUint64 {
			return 0 // a runtime without this metric
		}
		return int64(g.m[i].Value.Uint64())
	}
	s.Goroutines, s.Threads, s.Heap, s.RSS = at(0), at(1), at(2)+at(3), resident()
}

// resident reports the resident bytes of this process, 0 where the system does
// not say.
func resident() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(f[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// value returns what s says of r.
func (s *sample) value(r Resource) int64 {
	switch r {
	case Threads:
		return s.Threads
	case Heap:
		return s.Heap
	case Queue:
		return s.Queue
	case Waiters:
		return s.Waiters
	case Refusals:
		return s.Refusals
	}
	return s.Goroutines
}

// A sampler takes samples until it is stopped.
type sampler struct {
	take func() sample
	put  func(sample)
	quit chan struct{}
	wait sync.WaitGroup

	mu    sync.Mutex
	last  sample
	taken int
}

// startSampler takes a sample every samplePeriod and puts it.
func startSampler(take func() sample, put func(sample)) *sampler {
	s := &sampler{take: take, put: put, quit: make(chan struct{})}
	s.wait.Go(func() {
		tick := time.NewTicker(samplePeriod)
		defer tick.Stop()
		for {
			select {
			case <-s.quit:
				return
			case <-tick.C:
				s.once()
			}
		}
	})
	return s
}

// once takes one sample and puts it.
func (s *sampler) once() {
	now := s.take()
	s.put(now)
	s.mu.Lock()
	s.last = now
	s.taken++
	s.mu.Unlock()
}

// latest returns the last sample taken, and how many were.
func (s *sampler) latest() (last sample, taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, s.taken
}

// stop ends the sampling.
func (s *sampler) stop() {
	close(s.quit)
	s.wait.Wait()
}
