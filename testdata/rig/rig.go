// Package rig loads a small server the way its peers would and writes down
// what piles up in it.
//
// A load test says how to start the system, what it works with and how one
// peer behaves. The rig does the rest:
//
//   - The peers live in a process of their own, so that what is sampled in the
//     system's process (goroutines, threads, heap, resident memory) is the
//     system's.
//   - Arrivals are open loop: peer number i is due at a time that was decided
//     before the first one came, whether or not the system has answered the
//     ones before. Latency counts from when a peer was due, so a system that
//     stalls its peers cannot hide that (no coordinated omission).
//   - The load is offered at three rates or more, with what the system can
//     carry between the lowest and the highest.
//
// Samples go as JSON lines to the file that the environment variable
// BP_RIG_OUT names; record.go has their form. Without it, Run is a brief check
// that the peers and the system understand each other, and fails if they do
// not.
package rig

import (
	"errors"
	"os"
	"testing"
	"time"
)

// A Resource is what a load test expects to pile up.
type Resource string

const (
	Goroutines Resource = "goroutines"
	Threads    Resource = "threads"
	Heap       Resource = "heap"     // bytes in objects and stacks, above what there was before the system started
	Queue      Resource = "queue"    // what Load.Queue reports
	Waiters    Resource = "waiters"  // what Load.Waiters reports
	Refusals   Resource = "refusals" // what Load.Refusals reports
)

// A Load is what one load test offers to its system.
//
// Either Start and Peer are set, or Batch is.
type Load struct {
	// Resource is what piles up where nothing bounds it. The default is
	// Goroutines.
	Resource Resource

	// Unit is how much of Resource a peer that is not served, or an element of
	// a Batch, holds where nothing bounds it: for Heap the bytes it sends or
	// asks for. The default is 1, for Heap there is none.
	Unit float64

	// Start starts the system under test and returns once it can be reached.
	// What it starts must end when the listeners it took from s are closed.
	Start func(s *System) error

	// Work is what the system needs for each request and has too little of.
	// Without it, what is done is what peers have had their answer to.
	Work Work

	// Peer is one peer, from its arrival until it has its answer. It returns
	// nil for an answer, ErrShed when the system refused, and any other error
	// when something went wrong.
	Peer func(p *Peer) error

	// Rates is how many peers arrive per second in each stage, ascending.
	// What Work carries lies between the first and the last. In a Batch, it is
	// how many elements one call has.
	Rates []float64

	// PerPeer is how many file descriptors a waiting peer takes in either
	// process. The default is 1.
	PerPeer int

	// Queue, Waiters and Refusals, if set, report the length of the system's
	// queue, how many wait for a slot in it, and how many it has turned away of
	// late.
	Queue, Waiters, Refusals func() int

	// Batch prepares a collection of b.N elements that all wait for Work, and
	// returns a function that runs the system over it once.
	Batch func(b *Batch) (call func() error, err error)

	// Bystander is what someone else does at a steady pace beside a Batch.
	Bystander func() error
}

// Work is a resource that the system shares among all requests, such as a
// database: Slots requests at a time, each for Takes.
type Work struct {
	Slots int
	Takes time.Duration
}

// capacity reports how many requests a second w carries.
func (w Work) capacity() float64 {
	if w.Takes <= 0 {
		return 0
	}
	return float64(w.Slots) / w.Takes.Seconds()
}

// ErrShed is what a Peer returns when the system turned it away.
var ErrShed = errors.New("turned away")

// Run offers l to its system.
func Run(t *testing.T, l Load) {
	t.Helper()
	if err := l.check(); err != nil {
		t.Fatal(err)
	}
	if plan := os.Getenv(envPeers); plan != "" {
		if err := bePeers(l, plan); err != nil {
			t.Fatal(err)
		}
		return
	}
	o, err := optionsFromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if err := limitMemory(o.addressSpace); err != nil {
		t.Fatalf("limit the address space to %d bytes: %v", o.addressSpace, err)
	}
	ctx, cancel := leash(t.Context())
	defer cancel()
	if o.out == "" {
		selfCheck(ctx, t, l)
		return
	}
	if err := measure(ctx, t, l, o); err != nil {
		t.Fatal(err)
	}
}

// check reports what is missing or contradictory in l.
func (l *Load) check() error {
	if l.Resource == "" {
		l.Resource = Goroutines
	}
	if l.PerPeer == 0 {
		l.PerPeer = 1
	}
	if l.Unit == 0 && l.Resource != Heap {
		l.Unit = 1
	}
	if l.Unit <= 0 {
		return errors.New("rig: a load on the heap needs the bytes of a peer as its unit")
	}
	if l.Resource == Queue && l.Queue == nil || l.Resource == Waiters && l.Waiters == nil || l.Resource == Refusals && l.Refusals == nil {
		return errors.New("rig: nothing reports the resource of the load")
	}
	if len(l.Rates) < 3 {
		return errors.New("rig: a load needs three rates or more")
	}
	for i := 1; i < len(l.Rates); i++ {
		if l.Rates[i] <= l.Rates[i-1] {
			return errors.New("rig: rates must ascend")
		}
	}
	if l.Batch != nil {
		if l.Start != nil || l.Peer != nil {
			return errors.New("rig: a load has either a batch or peers")
		}
		return nil
	}
	if l.Start == nil || l.Peer == nil {
		return errors.New("rig: a load needs Start and Peer, or Batch")
	}
	if l.Work == (Work{}) {
		return nil
	}
	if c := l.Work.capacity(); c <= l.Rates[0] || c >= l.Rates[len(l.Rates)-1] {
		return errors.New("rig: what Work carries must lie between the lowest and the highest rate")
	}
	return nil
}
