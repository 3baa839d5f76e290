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
			found = found || a.Name == rule && slices.Contains(ruledoc.Kinds(a.Doc), kind)
		}
		if !found {
			t.Errorf("there is no kind %s", id)
		}
	}
}

// TestKinds checks that the documentation of each rule names its kinds where
// comments, settings and help look for them.
func TestKinds(t *testing.T) {
	for _, a := range Suite() {
		if len(ruledoc.Kinds(a.Doc)) == 0 && a.Name != "directives" {
			t.Errorf("%s has no section of the form ## kind", a.Name)
		}
	}
}
