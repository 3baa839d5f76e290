package streams

import (
	"go/types"
	"testing"
)

func TestSameModule(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"example.com/owner/name/server", "example.com/owner/name/internal/wire", true},
		{"example.com/owner/name", "example.com/owner/name/v2/wire", true},
		{"example.com/owner/name", "example.com/owner/other", false},
		{"example.com/owner/name", "example.com/name", false},
		{"app/server", "app/wire", true},
		{"app/server", "example.com/owner/name", false},
		{"app", "tool", false},
	} {
		a, b := types.NewPackage(c.a, "a"), types.NewPackage(c.b, "b")
		if got := sameModule(a, b); got != c.want {
			t.Errorf("%s, %s: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
