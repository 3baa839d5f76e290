// Package asks holds a slot while it asks somebody whose code is not seen:
// what takes a context and may fail may wait for as long as that context.
package asks

import (
	"context"
	"time"

	"github.com/backpressure-go/backpressure/testdata/semwait/asks/backend"
)

// A Cache asks a host for what it does not have.
type Cache struct {
	slots chan struct{}
	host  backend.Host
	ready chan struct{}
}

// Get waits for its turn without the context that it asks with.
func (c *Cache) Get(ctx context.Context, key string) (string, error) {
	c.slots <- struct{}{} // want `wait for a slot of c.slots lasts as long as holders that wait for peers: ctx cannot end it \(semwait/no-context\)`
	defer func() { <-c.slots }()
	return c.host.Fetch(ctx, key)
}

// Late gives the answer a time limit when the turn has come, and looks at the
// context before: not while it waits for its turn.
func (c *Cache) Late(ctx context.Context, key string) (string, error) {
	select {
	case <-c.ready:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	c.slots <- struct{}{} // want `wait for a slot of c.slots lasts as long as .*no-context`
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return c.host.Fetch(ctx, key)
}

// Short is silent: all holders are done after a second.
func (c *Cache) Short(ctx context.Context, key string) (string, error) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return c.host.Fetch(ctx, key)
}

// A Book is kept in memory: its holders wait for nobody.
type Book struct {
	slots   chan struct{}
	host    backend.Host
	entries map[string]string
}

// Look is silent: to log takes a context and waits for nobody.
func (b *Book) Look(ctx context.Context, key string) string {
	b.slots <- struct{}{}
	defer func() { <-b.slots }()
	b.host.Log(ctx, key)
	return b.entries[key]
}
