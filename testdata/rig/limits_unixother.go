//go:build unix && !linux

package rig

// setAddressSpace does nothing: Go reserves address space ahead of use, and
// elsewhere than on Linux the limit counts that.
func setAddressSpace(n uint64) error { return nil }
