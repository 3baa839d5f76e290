// Package mux is a library that calls handlers with the streams peers open.
package mux

import "time"

// A Stream is one of many on a connection.
type Stream interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Close() error
	Reset() error
	SetDeadline(t time.Time) error
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// A Host has handlers by protocol.
type Host struct{ handlers map[string]func(Stream) }

// Handle registers a handler.
func (h *Host) Handle(protocol string, f func(Stream)) { h.handlers[protocol] = f }
