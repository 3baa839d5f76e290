package lsp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestAgrees opens the corpus and compares what is shown with what go vet
// prints: places, codes, messages, titles of fixes. cmd/backpressure compares
// go vet with the standalone run.
func TestAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses the corpus twice")
	}
	corpus, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := []string{"./semwait/...", "./serverlimit/...", "./unboundedgo/...", "./unboundedqueue/...", "./unboundedread/...", "./unbufferedwrite/..."}
	command := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), "go", append(args, patterns...)...)
		cmd.Dir = corpus
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "PWD="+corpus)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
		}
		return out
	}
	c := start(t, "GOWORK=off")
	c.initialize(impatient)
	var last *buffer
	var opened []string
	for line := range strings.Lines(string(command("list", "-f", "{{$d := .Dir}}{{with .GoFiles}}{{$d}}/{{index . 0}}{{end}}"))) {
		if path := strings.TrimSpace(line); path != "" {
			last = c.edit(filepath.FromSlash(path))
			opened = append(opened, uri(last.path))
		}
	}
	want := vetFindings(t, command("vet", "-json", "-vettool="+program))
	if len(want) < 100 {
		t.Fatalf("go vet finds %d", len(want))
	}
	c.until("diagnostics of the corpus", func() bool {
		return !slices.ContainsFunc(opened, func(uri string) bool { return len(c.shown[uri]) == 0 })
	})
	last.actions("package") // all that was known by now has been shown before the answer

	got := shownFindings(t, c)
	for _, f := range slices.Sorted(maps.Keys(want)) {
		if !got[f] {
			t.Errorf("the language server does not show: %s", f)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(got)) {
		if !want[f] {
			t.Errorf("the language server alone shows: %s", f)
		}
	}
}

// inWords puts a finding in words. The column is in UTF-16 code units.
func inWords(path string, line, col int, code, message string, fixes []string) string {
	return fmt.Sprintf("%s:%d:%d: %s: %s; fixes %q", path, line, col, code, message, fixes)
}

func vetFindings(t *testing.T, out []byte) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var tree map[string]map[string][]struct {
			Category, Posn, Message string
			Fixes                   []struct{ Message string } `json:"suggested_fixes"`
		}
		if err := dec.Decode(&tree); err == io.EOF {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		for _, rules := range tree {
			for rule, list := range rules {
				for _, d := range list {
					i := strings.LastIndexByte(d.Posn, ':')
					j := strings.LastIndexByte(d.Posn[:i], ':')
					line, _ := strconv.Atoi(d.Posn[j+1 : i])
					col, _ := strconv.Atoi(d.Posn[i+1:])
					b := &buffer{text: content(t, d.Posn[:j])}
					at := b.position(b.offset(position{Line: line - 1}) + col - 1)
					var fixes []string
					for _, f := range d.Fixes {
						fixes = append(fixes, f.Message)
					}
					found[inWords(d.Posn[:j], at.Line, at.Character, rule+"/"+d.Category, d.Message, fixes)] = true
				}
			}
		}
	}
}

func shownFindings(t *testing.T, c *client) map[string]bool {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[string]bool{}
	for name, list := range c.shown {
		u, err := url.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list[len(list)-1].Diagnostics {
			found[inWords(filepath.FromSlash(u.Path), d.Range.Start.Line, d.Range.Start.Character, d.Code, d.Message, d.Data.Fixes)] = true
		}
	}
	return found
}
