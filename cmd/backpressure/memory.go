package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// gcPercent has the collector run a third as often as by default: a run
	// makes little that lives long.
	gcPercent = 300
	// heapGoal is how many bytes the heap may have before the collector runs
	// all the same, so that the peak of most modules stays below 500 MB.
	heapGoal = 400 << 20
	// heapRoom is how many times what lives the heap may have, where that is
	// more than heapGoal: below, the collector would do nothing else.
	heapRoom = 3
)

// tuneMemory spends memory for time, within bounds, unless the environment
// says how the collector is to run.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapGoal)
		afterGC(func() {
			live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
			metrics.Read(live)
			debug.SetMemoryLimit(max(heapGoal, heapRoom*int64(live[0].Value.Uint64())))
		})
	}
}

// afterGC calls f after each collection.
func afterGC(f func()) {
	sentinel := new([16]byte) // large enough for a block of its own
	runtime.AddCleanup(sentinel, func(struct{}) {
		f()
		afterGC(f)
	}, struct{}{})
}
