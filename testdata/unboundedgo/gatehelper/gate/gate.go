// Package gate holds a gate and a helper that passes it.
package gate

import "context"

// A Gate admits a number of callers.
type Gate interface {
	Start(ctx context.Context) error
	Done()
}

type gate struct{ c chan struct{} }

// New makes a gate for n callers.
func New(n int) Gate { return &gate{c: make(chan struct{}, n)} }

func (g *gate) Start(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case g.c <- struct{}{}:
		return nil
	}
}

func (g *gate) Done() {
	select {
	case <-g.c:
	default:
		panic("gate: Done without Start")
	}
}

// Spawn passes the gate, then runs f through start with the gate's release behind it.
func Spawn(ctx context.Context, g Gate, start func(func() error), f func() error) error {
	if err := g.Start(ctx); err != nil {
		return err
	}
	start(func() error {
		defer g.Done()
		return f()
	})
	return nil
}

// Go passes the gate and starts f.
func Go(ctx context.Context, g Gate, f func()) error {
	if err := g.Start(ctx); err != nil {
		return err
	}
	go func() {
		defer g.Done()
		f()
	}()
	return nil
}
