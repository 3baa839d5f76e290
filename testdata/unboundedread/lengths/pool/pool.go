// Package pool makes buffers.
package pool

import "errors"

// Get returns a buffer of n bytes.
func Get(n uint32) []byte { return make([]byte, n) }

// Bounded returns a buffer of n bytes, if that is not too many.
func Bounded(n uint32) ([]byte, error) {
	if n > 1<<20 {
		return nil, errors.New("too large")
	}
	return make([]byte, n), nil
}
