package docgen

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// A case is named by its directory, and by functions in it that follow.
	caseName = regexp.MustCompile("`([a-z]+/[a-z0-9]+)`((?: `[A-Za-z]+`,?)*)")
	funcName = regexp.MustCompile("`([A-Za-z]+)`")
)

// TestFacts checks that the cases are there which docs/facts.md says hold what
// the rules believe of libraries.
func TestFacts(t *testing.T) {
	page, err := os.ReadFile("../../docs/facts.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(page)) {
		_, held, ok := strings.Cut(strings.TrimPrefix(line, "|"), " | ")
		if !ok || !strings.HasPrefix(line, "| ") || strings.HasPrefix(held, "held by") {
			continue
		}
		cases := caseName.FindAllStringSubmatch(strings.ReplaceAll(held, "`, `", "` `"), -1)
		if len(cases) == 0 {
			t.Errorf("no case holds it: %s", line)
		}
		for _, c := range cases {
			n++
			src := sourceOf(t, c[1])
			for _, f := range funcName.FindAllStringSubmatch(c[2], -1) {
				if !regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + f[1] + `[(\[]`).MatchString(src) {
					t.Errorf("%s has no function %s", c[1], f[1])
				}
			}
		}
	}
	if n == 0 {
		t.Error("docs/facts.md names no case")
	}
}

// sourceOf returns the source of the case in the corpus.
func sourceOf(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../testdata", name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Errorf("there is no case %s", name)
	}
	var all strings.Builder
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(src)
	}
	return all.String()
}
