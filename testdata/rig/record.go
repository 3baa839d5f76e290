package rig

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"
)

// A record is one line of the output. Kind says which of the other fields are
// set.
//
//	begin   a stage begins: Stage, Rate, Capacity, Resource, Unit, Base, PerCall
//	sample  what there was at T seconds after the stage began
//	end     a stage has ended: LateMs, Honest, Note
//	done    all stages have ended, and the system went away after each
type record struct {
	Kind  string `json:"kind"`
	Stage int    `json:"stage"`

	Rate     float64  `json:"rate,omitempty"`     // arrivals per second, or elements per call
	Capacity float64  `json:"capacity,omitempty"` // what the system's work carries, per second
	Resource Resource `json:"resource,omitempty"`
	Unit     float64  `json:"unit,omitempty"`     // how much of the resource a peer holds where it grows
	Base     int64    `json:"base,omitempty"`     // what there was of it before the stage, for the heap
	PerCall  bool     `json:"per_call,omitempty"` // Rate is in elements per call

	*sample
	*ending
}

// A sample is what there was at one time.
type sample struct {
	T          float64 `json:"t"`          // seconds since the stage began
	Offered    int64   `json:"offered"`    // peers that have arrived
	Done       int64   `json:"done"`       // requests whose work is done
	Good       int64   `json:"good"`       // peers that have their answer
	Shed       int64   `json:"shed"`       // peers that were turned away
	Errors     int64   `json:"errors"`     // peers that something else happened to
	Goroutines int64   `json:"goroutines"` // of the system's process
	Threads    int64   `json:"threads"`    // of the operating system, same process
	Heap       int64   `json:"heap"`       // bytes in objects and stacks
	RSS        int64   `json:"rss"`        // resident bytes; 0 where unknown
	Queue      int64   `json:"queue"`      // length of the system's queue
	Waiters    int64   `json:"waiters"`    // waiting for a slot in the system
	Refusals   int64   `json:"refusals"`   // of the system, of late
}

// An ending is what is known when a stage has ended.
type ending struct {
	LateMs float64 `json:"late_ms"` // how late peers set out, 99th percentile
	Honest Honest  `json:"honest"`
	Note   string  `json:"note,omitempty"` // what went otherwise than asked
}

// Honest is how the system looked to a few peers that came at a steady pace
// beside the load.
type Honest struct {
	N      int     `json:"n"`
	Served int     `json:"served"`
	P50Ms  float64 `json:"p50_ms"` // milliseconds since they were due, of those not turned away
	P99Ms  float64 `json:"p99_ms"`
	Capped bool    `json:"capped"` // some still waited when the stage ended: the figures are the least they can be
}

// A recorder writes records, one per line.
type recorder struct {
	mu  sync.Mutex
	f   *os.File
	w   *bufio.Writer
	err error
}

// newRecorder returns a recorder that writes to the named file.
func newRecorder(name string) (*recorder, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &recorder{f: f, w: bufio.NewWriter(f)}, nil
}

// put writes one record. The first error is kept for Close.
func (r *recorder) put(rec record) {
	if r == nil {
		return
	}
	line, err := json.Marshal(rec)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	if r.err == nil {
		_, r.err = r.w.Write(append(line, '\n'))
	}
}

// Close writes what is left and reports the first error of all.
func (r *recorder) Close() error {
	if r == nil {
		return nil
	}
	err := r.w.Flush()
	if cerr := r.f.Close(); err == nil {
		err = cerr
	}
	if r.err != nil {
		return r.err
	}
	return err
}
