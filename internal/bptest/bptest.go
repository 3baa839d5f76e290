// Package bptest runs a rule over the corpus: findings against the want
// comments, fixes against the goldens, facts through their codec.
//
// Every fix of every finding, alternatives too, must compile, be formatted,
// and leave nothing to report. Files with a golden next to them (NAME.golden,
// a txtar archive with a section for each message of a fix) must come out as
// it says when all fixes of that message are applied. Run the tests with
// -update to rewrite the goldens. A comment "// nofix: reason" above a finding
// says that it must have none.
package bptest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens of fixes")

// Run analyses the packages of the corpus in dir that match the patterns.
func Run(t *testing.T, dir string, a *analysis.Analyzer, patterns ...string) {
	t.Helper()
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	download(t, dir)
	seen := map[string]bool{} // files: test variants have them again
	for _, res := range analysistest.Run(t, dir, a, patterns...) {
		act := res.Action
		if act.Err != nil {
			continue // analysistest has said so
		}
		checkFacts(t, act)
		fixes, err := fixesOf(act.Package.Fset, act.Diagnostics)
		if err != nil {
			t.Error(err)
		}
		r := NewReplay(act)
		for _, file := range act.Package.CompiledGoFiles {
			if !seen[file] {
				seen[file] = true
				checkFile(t, r, act, file, fixes[file])
			}
		}
	}
}

// download fetches what the corpus imports, with the module settings of
// whoever runs the test: analysistest has no network.
func download(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "PWD="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the corpus needs modules that cannot be downloaded: %v\n%s", err, out)
	}
}

// checkFile checks the fixes in one file.
func checkFile(t *testing.T, r *Replay, act *checker.Action, file string, fixes []Fix) {
	t.Helper()
	fset := act.Package.Fset
	barred := nofix(act, file)
	for _, f := range fixes {
		if barred[fset.Position(f.Finding.Pos).Line] {
			t.Errorf("%s: there is a fix %q, and should be none", fset.Position(f.Finding.Pos), f.Message)
		}
		if err := r.CheckFix(fset, f, act.Diagnostics); err != nil {
			t.Errorf("%s: fix %q: %v", fset.Position(f.Finding.Pos), f.Message, err)
		}
	}
	golden, err := txtar.ParseFile(file + ".golden")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Error(err)
		return
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	got := &txtar.Archive{}
	for _, message := range messages(fixes) {
		var all []Fix
		for _, f := range fixes {
			if f.Message == message {
				all = append(all, f)
			}
		}
		out, err := applyAll(r, act, file, src, all)
		if err != nil {
			t.Errorf("%s: all fixes %q: %v", file, message, err)
			continue
		}
		got.Files = append(got.Files, txtar.File{Name: message, Data: out})
	}
	if *update {
		if err := os.WriteFile(file+".golden", txtar.Format(got), 0o666); err != nil {
			t.Error(err)
		}
		return
	}
	compare(t, file, golden, got)
}

// nofix returns the lines below comments that begin with "nofix": what is
// reported there must not have a fix.
func nofix(act *checker.Action, file string) map[int]bool {
	lines := map[int]bool{}
	fset := act.Package.Fset
	for _, f := range act.Package.Syntax {
		if fset.File(f.FileStart).Name() != file {
			continue
		}
		for _, g := range f.Comments {
			for _, c := range g.List {
				if strings.HasPrefix(c.Text, "// nofix") {
					lines[fset.Position(c.Pos()).Line+1] = true
				}
			}
		}
	}
	return lines
}

// applyAll applies fixes together, and checks that the result compiles and
// that there is nothing left for a second time.
func applyAll(r *Replay, act *checker.Action, file string, src []byte, fixes []Fix) ([]byte, error) {
	out, left, err := apply(act.Package.Fset, src, fixes...)
	if err != nil {
		return nil, err
	}
	if out, err = tidy(src, out); err != nil {
		return nil, err
	}
	fset, ds, err := r.Run(map[string][]byte{file: out})
	if err != nil {
		return nil, err
	}
	again, err := fixesOf(fset, ds)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, f := range again[file] {
		if f.Message == fixes[0].Message {
			n++
		}
	}
	if n > len(left) {
		return nil, fmt.Errorf("a second time would change %d more places", n-len(left))
	}
	return out, nil
}

// messages returns the different messages of fixes: those of first fixes
// first, else in order of appearance.
func messages(fixes []Fix) (ms []string) {
	for _, first := range []bool{true, false} {
		for _, f := range fixes {
			if f.First == first && !slices.Contains(ms, f.Message) {
				ms = append(ms, f.Message)
			}
		}
	}
	return ms
}

// compare compares the sections of two archives.
func compare(t *testing.T, file string, want, got *txtar.Archive) {
	t.Helper()
	find := func(a *txtar.Archive, name string) ([]byte, bool) {
		for _, f := range a.Files {
			if f.Name == name {
				return f.Data, true
			}
		}
		return nil, false
	}
	for _, w := range want.Files {
		data, ok := find(got, w.Name)
		if !ok {
			t.Errorf("%s: the golden has a section %q, no fix has that message", file, w.Name)
		} else if !bytes.Equal(data, w.Data) {
			t.Errorf("%s: fix %q differs from the golden (run with -update to accept):\n%s", file, w.Name, diff(w.Data, data))
		}
	}
	for _, g := range got.Files {
		if _, ok := find(want, g.Name); !ok {
			t.Errorf("%s: fix %q has no section in the golden (run with -update to add it)", file, g.Name)
		}
	}
}

// diff returns the lines around the first difference.
func diff(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	n := 0
	for n < len(w) && n < len(g) && w[n] == g[n] {
		n++
	}
	part := func(ls []string) string { return strings.Join(ls[max(0, min(n, len(ls))-3):min(len(ls), n+8)], "\n") }
	return fmt.Sprintf("from line %d on, got:\n%s\nwant:\n%s", n+1, part(g), part(w))
}
