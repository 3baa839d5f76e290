// Package backend is asked by name.
package backend

import "context"

// A Host opens streams and looks things up.
type Host interface {
	Fetch(ctx context.Context, key string) (string, error)
	Log(ctx context.Context, line string)
}
