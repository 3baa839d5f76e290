package directive_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/backpressure-go/backpressure/internal/directive"
)

// TestHosted asks a set for a host that reads //nolint itself.
func TestHosted(t *testing.T) {
	for _, c := range []struct {
		comment string
		ignored bool
	}{
		{"//nolint", false},
		{"//nolint:all", false},
		{"//nolint:backpressure", false},
		{"//nolint:errcheck,backpressure // reason", false},
		{"//nolint:unboundedgo", true}, // a name the host does not know
		{"//nolint:backpressure,unboundedgo", true},
		{"//backpressure:ignore unboundedgo reason", true},
		{"//backpressure:ignore all reason", true},
		{"//lint:ignore backpressure reason", true},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", "package p\n\nvar x int "+c.comment+"\n", parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		set := directive.Hosted(fset, []*ast.File{f})
		if got := set.Ignored(f.Decls[0].Pos(), "unboundedgo", "accept-loop"); got != c.ignored {
			t.Errorf("%s: ignored is %v, want %v", c.comment, got, c.ignored)
		}
	}
}
