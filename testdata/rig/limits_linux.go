package rig

import "syscall"

// setAddressSpace limits the address space of this process to n bytes.
func setAddressSpace(n uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: n, Max: n})
}
