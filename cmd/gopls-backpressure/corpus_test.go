package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/compilein"
)

// A finding is what the tool itself tells of one.
type finding struct {
	File      string
	Line, Col int
	Message   string
	Fixes     []struct{ Message string }
}

// standalone runs the tool itself in dir.
func standalone(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	bp := filepath.Join(t.TempDir(), "backpressure")
	run(t, root, "go", "build", "-o", bp, "./cmd/backpressure")
	cmd := exec.Command(bp, append([]string{"-format", "json"}, append(args, "./...")...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1 is for findings
		t.Fatalf("backpressure: %v", err)
	}
	var list []finding
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return list
}

// testCorpus holds that the server finds in each file of the corpus what the
// tool finds.
func testCorpus(t *testing.T, gopls string) {
	// gopls loads nothing below a directory called testdata.
	dir := module(t, map[string]string{})
	copyCorpus(t, dir)
	var want []string
	for _, f := range standalone(t, filepath.Join(dir, "unboundedgo")) {
		want = append(want, fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Col, f.Message))
	}
	if len(want) == 0 {
		t.Fatal("nothing found in the corpus")
	}
	c := connect(t, gopls, dir, nil)
	var got []string
	err := filepath.WalkDir(filepath.Join(dir, "unboundedgo"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		b := c.open(rel)
		for _, d := range b.pull() {
			if d.CodeDescription != nil && strings.Contains(d.CodeDescription.Href, compilein.Module) {
				got = append(got, fmt.Sprintf("%s:%d:%d: %s", path, d.Range.Start.Line+1, b.column(d.Range.Start), d.Message))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("gopls does not report %s", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("only gopls reports %s", g)
		}
	}
}

// copyCorpus copies what can be analysed, with the go.mod of the corpus.
func copyCorpus(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata"))); err != nil {
		t.Fatal(err)
	}
}
