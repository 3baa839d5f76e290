package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDriversAgree compares what the standalone run and go vet find in the
// corpus: places, kinds, messages and the titles of fixes. That both find
// what the corpus wants is each rule's own test.
func TestDriversAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses the corpus twice")
	}
	tool, err := exec.LookPath("backpressure") // where TestMain has put it
	if err != nil {
		t.Fatal(err)
	}
	corpus, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, a := range allRules() {
		patterns = append(patterns, "./"+a+"/...")
	}
	command := func(name string, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), name, append(args, patterns...)...)
		cmd.Dir = corpus
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PWD="+corpus, "BACKPRESSURE_CACHE="+filepath.Join(t.TempDir(), "cache"))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if len(out) == 0 {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
		}
		return out
	}
	alone := standaloneFindings(t, command(tool, "-format=json"))
	vetted := vetFindings(t, command("go", "vet", "-json", "-vettool="+tool))
	if len(alone) == 0 {
		t.Fatal("nothing is found")
	}
	for _, f := range slices.Sorted(maps.Keys(alone)) {
		if !vetted[f] {
			t.Errorf("go vet does not find: %s", f)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(vetted)) {
		if !alone[f] {
			t.Errorf("go vet alone finds: %s", f)
		}
	}
}

// allRules returns the rules that have a corpus.
func allRules() []string {
	return []string{"semwait", "serverlimit", "unboundedgo", "unboundedqueue", "unboundedread", "unbufferedwrite"}
}

// inWords puts a finding in words.
func inWords(place, rule, kind, message string, fixes []string) string {
	return fmt.Sprintf("%s: %s/%s: %s; fixes %q", place, rule, kind, message, fixes)
}

func standaloneFindings(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	var list []struct {
		File                string
		Line, Col           int
		Rule, Kind, Message string
		Fixes               []struct{ Message string }
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range list {
		var fixes []string
		for _, x := range f.Fixes {
			fixes = append(fixes, x.Message)
		}
		found[inWords(fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Col), f.Rule, f.Kind, f.Message, fixes)] = true
	}
	return found
}

func vetFindings(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	type diagnostic struct {
		Category, Posn, Message string
		Fixes                   []struct{ Message string } `json:"suggested_fixes"`
	}
	found := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var packages map[string]map[string]json.RawMessage
		if err := dec.Decode(&packages); err == io.EOF {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		for pkg, rules := range packages {
			for rule, raw := range rules {
				var list []diagnostic
				if err := json.Unmarshal(raw, &list); err != nil {
					t.Fatalf("%s: %s: %s", pkg, rule, raw) // an error in the place of findings
				}
				for _, d := range list {
					var fixes []string
					for _, x := range d.Fixes {
						fixes = append(fixes, x.Message)
					}
					found[inWords(d.Posn, rule, d.Category, d.Message, fixes)] = true
				}
			}
		}
	}
}
