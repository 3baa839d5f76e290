package main

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/bench"
	"github.com/backpressure-go/backpressure/passes"
	"github.com/backpressure-go/backpressure/passes/directives"
)

// kind finds the kinds in a rule's documentation by their headings.
var kind = regexp.MustCompile(`(?m)^##? ([a-z]+(?:-[a-z]+)*)$`)

// TestCoverage checks that each kind of each rule is loaded, or that the
// section What is measured of the rule's documentation says why it is not.
func TestCoverage(t *testing.T) {
	cases, err := bench.Discover("../../testdata", nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded := map[string]bool{}
	for _, c := range cases {
		if len(c.Kinds) == 0 {
			t.Errorf("%s is reported as nothing", c.Name)
		}
		for _, k := range c.Kinds {
			loaded[path.Join(path.Dir(c.Name), k)] = true
		}
	}
	for _, a := range passes.Suite() {
		if a == directives.Analyzer {
			continue
		}
		kinds := kind.FindAllStringSubmatch(a.Doc, -1)
		if len(kinds) == 0 {
			t.Errorf("%s documents no kinds", a.Name)
		}
		_, measured, _ := strings.Cut(a.Doc, "\n# What is measured\n")
		measured, _, _ = strings.Cut(measured, "\n# ")
		said := regexp.MustCompile(`[a-z-]+`).FindAllString(measured, -1)
		for _, k := range kinds {
			explained := false
			for _, w := range said {
				explained = explained || w == k[1]
			}
			if !loaded[path.Join(a.Name, k[1])] && !explained {
				t.Errorf("%s/%s is not loaded, and nothing says why", a.Name, k[1])
			}
		}
	}
}
