// Package errors is in the place of the standard library's.
package errors

// An Error is an error.
type Error string

func (e Error) Error() string { return string(e) }

// New returns an error.
func New(text string) error { return Error(text) }
