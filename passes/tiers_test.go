package passes

import (
	"slices"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/ruledoc"
)

// TestTiers checks that the table names kinds that there are.
func TestTiers(t *testing.T) {
	for id := range strict {
		rule, kind, _ := strings.Cut(id, "/")
		found := false
		for _, a := range Suite() {
			kinds := ruledoc.Kinds(a.Doc)
			found = found || a.Name == rule && (len(kinds) == 0 || slices.Contains(kinds, kind))
		}
		if !found {
			t.Errorf("there is no kind %s", id)
		}
	}
}
