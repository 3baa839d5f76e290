package directives_test

import (
	"slices"
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/passes"
	"github.com/backpressure-go/backpressure/passes/directives"
)

func Test(t *testing.T) { bptest.Run(t, "../../testdata", directives.Analyzer, "./directives/...") }

// TestRunsAfterAll checks that no rule of the suite can be forgotten: what it
// silences would be called unused.
func TestRunsAfterAll(t *testing.T) {
	for _, a := range passes.Suite() {
		if a != directives.Analyzer && !slices.Contains(directives.Analyzer.Requires, a) {
			t.Errorf("directives does not require %s", a.Name)
		}
	}
}
