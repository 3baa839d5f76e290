package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// config is the smallest configuration with the linter.
const config = `version: "2"
linters:
  default: none
  enable: [backpressure]
  exclusions:
    generated: disable
  settings:
    custom:
      backpressure:
        type: module
        description: finds code in which goroutines, bytes or waiters pile up
        original-url: github.com/backpressure-go/backpressure
`

// The corpora of the rules.
var rules = []string{
	"./semwait/...", "./serverlimit/...", "./unboundedgo/...", "./unboundedqueue/...", "./unboundedread/...", "./unbufferedwrite/...",
}

// Issues that golangci-lint would leave out because there are many.
var allIssues = []string{"--max-issues-per-linter=0", "--max-same-issues=0", "--uniq-by-line=false"}

// version holds that results in the cache are those of these rules.
func (h *host) version(t *testing.T) {
	stdout, _ := run(t, t.TempDir(), nil, 0, h.gcl, "version")
	if want := "2.15.0-backpressure-"; !strings.Contains(stdout, want) {
		t.Errorf("version is %q, want %q in it", stdout, want)
	}
}

// serve is a package with one finding, in the line with the go statement.
const serve = `// Package serve answers.
package serve

import (
	"net"
	"time"
)

// Serve accepts connections until ln is closed.
func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go answer(c)
	}
}

func answer(c net.Conn) {
	defer c.Close()
	var b [512]byte
	for {
		if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			return
		}
		n, err := c.Read(b[:])
		if err != nil {
			return
		}
		if _, err := c.Write(b[:n]); err != nil {
			return
		}
	}
}
`

// module writes a module with the package and the configuration.
func module(t *testing.T, config, serve string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/serve\n\ngo 1.26\n")
	write(t, dir, "serve.go", serve)
	write(t, dir, ".golangci.yml", config)
	return dir
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func (h *host) nolint(t *testing.T) {
	strict := strings.Replace(config, "[backpressure]", "[backpressure, nolintlint]", 1) +
		"    nolintlint:\n      allow-unused: false\n"
	// A comment that silences something, one that silences nothing, and one
	// of a kind that golangci-lint does not read.
	silent := strings.Replace(serve, "go answer(c)", "go answer(c) //nolint:backpressure", 1)
	if got, _ := h.lint(t, module(t, strict, silent), 0); len(got) > 0 {
		t.Errorf("with //nolint:backpressure: %v", got)
	}
	unused := strings.Replace(silent, "n, err := c.Read(b[:])", "n, err := c.Read(b[:]) //nolint:backpressure", 1)
	if got, _ := h.lint(t, module(t, strict, unused), 1); len(got) != 1 || !strings.Contains(got[0].Text, "unused for linter") {
		t.Errorf("with a comment of no use: %v, want nolintlint to report it", got)
	}
	own := strings.Replace(serve, "go answer(c)", "go answer(c) //backpressure:ignore unboundedgo/accept-loop the listener is limited", 1)
	if got, _ := h.lint(t, module(t, strict, own), 0); len(got) > 0 {
		t.Errorf("with //backpressure:ignore: %v", got)
	}
}

// fix holds that --fix writes what the tool itself writes, and code that
// compiles where a file has many findings.
func (h *host) fix(t *testing.T) {
	dir, beside := module(t, config, serve), module(t, config, serve)
	if got, _ := h.lint(t, dir, 0, "--fix"); len(got) > 0 {
		t.Errorf("left after the fix: %v", got)
	}
	run(t, beside, nil, 0, h.bp, "-fix", "./...")
	same(t, filepath.Join(dir, "serve.go"), filepath.Join(beside, "serve.go"))
	if got, _ := h.lint(t, dir, 0); len(got) > 0 {
		t.Errorf("found after the fix: %v", got)
	}

	corpus := t.TempDir()
	if err := os.CopyFS(corpus, os.DirFS(filepath.Join(root, "testdata"))); err != nil {
		t.Fatal(err)
	}
	write(t, corpus, ".golangci.yml", config)
	before := h.standalone(t, corpus, 1, rules...)
	run(t, corpus, []string{"GOLANGCI_LINT_CACHE=" + h.cache}, 1, h.gcl, append([]string{"run", "--fix"}, append(allIssues, rules...)...)...)
	run(t, corpus, nil, 0, "go", "build", "./...")
	after := h.standalone(t, corpus, 1, rules...)
	if len(after) >= len(before) {
		t.Errorf("%d findings after --fix, there were %d", len(after), len(before))
	}
	t.Logf("--fix left %d of %d findings", len(after), len(before))
}

func same(t *testing.T, got, want string) {
	t.Helper()
	g, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("golangci-lint --fix made\n%s\nwant\n%s", g, w)
	}
}

func (h *host) newFromRev(t *testing.T) {
	dir := module(t, config, serve)
	identity := []string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"}
	run(t, dir, nil, 0, "git", "init", "-q")
	run(t, dir, nil, 0, "git", "add", ".")
	run(t, dir, nil, 0, "git", append(identity, "commit", "-q", "-m", "one")...)
	if got, _ := h.lint(t, dir, 0, "--new-from-rev=HEAD"); len(got) > 0 {
		t.Errorf("without a change: %v", got)
	}
	second := strings.NewReplacer("Serve(", "ServeMore(", "Serve accepts", "ServeMore accepts")
	loop := serve[strings.Index(serve, "// Serve accepts"):strings.Index(serve, "func answer")]
	write(t, dir, "serve.go", serve+"\n"+second.Replace(loop))
	got, _ := h.lint(t, dir, 1, "--new-from-rev=HEAD")
	if len(got) != 1 || got[0].Line <= strings.Count(serve, "\n") {
		t.Errorf("with a second loop: %v, want one issue in the new lines", got)
	}
}

// settings holds that a change of settings is seen, whatever is cached.
func (h *host) settings(t *testing.T) {
	dir := module(t, config, serve)
	const line = "        settings: "
	if got, _ := h.lint(t, dir, 1); len(got) != 1 {
		t.Errorf("without settings: %v", got)
	}
	write(t, dir, ".golangci.yml", config+line+"{rules: [semwait]}\n")
	if got, _ := h.lint(t, dir, 0); len(got) > 0 {
		t.Errorf("with rules: [semwait]: %v", got)
	}
	write(t, dir, ".golangci.yml", config+line+"{rules: [unboundedgo/accept-loop], unboundedgo: {limit: 77}}\n")
	if got, _ := h.lint(t, dir, 1); len(got) != 1 {
		t.Errorf("with rules: [unboundedgo/accept-loop]: %v", got)
	}
	h.lint(t, dir, 0, "--fix")
	fixed, err := os.ReadFile(filepath.Join(dir, "serve.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(fixed), "= 77") {
		t.Errorf("with limit 77 the fix is\n%s", fixed)
	}
}

func (h *host) badSettings(t *testing.T) {
	dir := module(t, config+"        settings: {unboundedgo: {limits: 77}}\n", serve)
	_, stderr := h.lint(t, dir, 3)
	if want := `settings of backpressure: unboundedgo: there is no setting "limits" (did you mean "limit"?)`; !strings.Contains(stderr, want) {
		t.Errorf("says %q, want %q in it", stderr, want)
	}
}

// documented holds that the configuration of the documentation is one.
func (h *host) documented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "integrations", "golangci-lint.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	block, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the page has no configuration")
	}
	got, _ := h.lint(t, module(t, block, serve), 1, "--default=none")
	if len(got) != 1 || !strings.Contains(got[0].Text, "unboundedgo/accept-loop") {
		t.Errorf("with the configuration of the page: %v", got)
	}
}

// partial holds that facts are there when one package is run, with nothing
// in the cache.
func (h *host) partial(t *testing.T) {
	corpus := filepath.Join(root, "testdata")
	cold := &host{h.gcl, h.bp, t.TempDir()}
	got, _ := cold.lint(t, corpus, 1, append(allIssues, "--config="+write(t, t.TempDir(), ".golangci.yml", config), "--path-mode=abs", "./unboundedgo/acceptcrosspkg")...)
	want := h.standalone(t, corpus, 1, "./unboundedgo/acceptcrosspkg")
	if len(got) != len(want) {
		t.Errorf("one package: %v, want %v", got, want)
	}
}
