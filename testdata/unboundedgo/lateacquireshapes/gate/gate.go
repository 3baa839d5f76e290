// Package gate holds a gate that lets a number of callers through at once.
package gate

import "context"

// A Gate admits as many callers as it was made for.
type Gate struct {
	slots chan struct{}
}

// New makes a gate.
func New(n int) *Gate { return &Gate{slots: make(chan struct{}, n)} }

// Start waits until there is room.
func (g *Gate) Start(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Done makes room.
func (g *Gate) Done() { <-g.slots }

// Do runs f behind the gate, in the caller's goroutine.
func (g *Gate) Do(ctx context.Context, f func()) error {
	if err := g.Start(ctx); err != nil {
		return err
	}
	defer g.Done()
	f()
	return nil
}
