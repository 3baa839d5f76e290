//go:build unix

package rig

import "syscall"

// limitMemory limits the address space of this process to n bytes, 0 for no
// limit.
func limitMemory(n uint64) error {
	if n == 0 {
		return nil
	}
	return setAddressSpace(n)
}

// descriptors reports how many files this process may have open. The Go
// runtime raises that to the hard limit when a program starts.
func descriptors() int {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		return 1024
	}
	return int(min(uint64(r.Cur), 1<<30))
}
