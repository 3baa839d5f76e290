// Package nilslots passes on semaphores that are nil.
package nilslots

import (
	"context"

	"golang.org/x/sync/semaphore"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/nilslots/dispatch"
)

type store struct{ uploads *semaphore.Weighted }

func upload(ctx context.Context, name string) error { return ctx.Err() }

// Push is S08: the limit was meant and never made.
func (s *store) Push(ctx context.Context, names []string) error {
	var limit *semaphore.Weighted
	return dispatch.Each(ctx, limit, names, upload) // want `goroutines that take slots of limit: it is declared and never made, and bounds nothing .unboundedgo/wrong-scope`
}

// Through is the same, one call down.
func (s *store) Through(ctx context.Context, names []string) error {
	var limit *semaphore.Weighted
	return s.each(ctx, names, limit) // want `goroutines that take slots of limit: .*unboundedgo/wrong-scope`
}

func (s *store) each(ctx context.Context, names []string, limit *semaphore.Weighted) error {
	return dispatch.Each(ctx, limit, names, upload)
}

// Literal is a near miss: nil, and said so.
func (s *store) Literal(ctx context.Context, names []string) error {
	return dispatch.Each(ctx, nil, names, upload)
}

// Maybe is a near miss: made where it is wanted.
func (s *store) Maybe(ctx context.Context, names []string, max int64) error {
	var limit *semaphore.Weighted
	if max > 0 {
		limit = semaphore.NewWeighted(max)
	}
	return dispatch.Each(ctx, limit, names, upload)
}

// Shared is I03.
func (s *store) Shared(ctx context.Context, names []string) error {
	return dispatch.Each(ctx, s.uploads, names, upload)
}
