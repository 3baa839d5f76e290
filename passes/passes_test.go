package passes

import (
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestSuite(t *testing.T) {
	shared, own := Suite(), New()
	if err := analysis.Validate(shared); err != nil {
		t.Error(err)
	}
	if len(shared) != len(own) {
		t.Fatalf("Suite has %d rules, New %d", len(shared), len(own))
	}
	for i, a := range own {
		if a.Name != shared[i].Name || a == shared[i] {
			t.Errorf("rule %d: New returns %s at %p, Suite %s at %p; want the same rule apart", i, a.Name, a, shared[i].Name, shared[i])
		}
		if len(a.FactTypes) > 0 {
			t.Errorf("%s has facts: it would run on every dependency", a.Name)
		}
	}
}
