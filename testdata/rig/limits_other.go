//go:build !unix

package rig

// limitMemory does nothing where the system has no such limit.
func limitMemory(n uint64) error { return nil }

// descriptors reports how many files this process may have open.
func descriptors() int { return 1 << 20 }
