// Package pool has limits that its code does not show.
package pool

import "net"

// Go runs f.
//
//backpressure:bounded 64 the agent that starts the process passes on 64 at most
func Go(f func()) { go f() }

// Open runs f.
func Open(f func()) { go f() }

// Dial returns a listener.
//
//backpressure:bounded 16 the listener is made with a limit by the supervisor
func Listen() (net.Listener, error) { return inherited() }

var inherited func() (net.Listener, error)

// A Gate listens.
type Gate struct {
	Limited net.Listener //backpressure:bounded 32 set up by the supervisor
	Plain   net.Listener
}

// A Port is a listener of which the supervisor passes on few connections.
//
//backpressure:bounded 8 set up by the supervisor
type Port struct{ net.Listener }
