package main

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Scripts about clients (ci.txtar) run what the pages below docs/integrations
// and the files for CI tell people to run.

const (
	modulePath = "github.com/backpressure-go/backpressure"
	release    = "v0.0.1-test" // no version of ours
)

// cmdProxy is the script command "proxy": from then on the go command gets
// this module, as it is in the working tree, and what it requires from module
// proxies that are directories, and keeps it in a cache of the script's own.
func cmdProxy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: proxy")
	}
	root, err := filepath.Abs(filepath.Join(ts.Getenv("ROOT")))
	ts.Check(err)
	dir := ts.MkAbs("proxy/" + modulePath + "/@v")
	ts.Check(os.MkdirAll(dir, 0o777))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	ts.Check(err)
	for name, content := range map[string]string{
		"list": release + "\n", release + ".mod": string(mod),
		release + ".info": `{"Version":"` + release + `","Time":"2026-01-01T00:00:00Z"}`,
	} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666))
	}
	ts.Check(zipModule(filepath.Join(dir, release+".zip"), root))

	slash := func(s string) string { return "file://" + filepath.ToSlash(s) }
	ts.Setenv("GOPROXY", slash(ts.MkAbs("proxy"))+","+slash(filepath.Join(ts.Getenv("GOMODCACHE"), "cache", "download")))
	ts.Setenv("GOMODCACHE", ts.MkAbs("modcache"))
	ts.Setenv("GOSUMDB", "off")
	// The same content compiles once, wherever the script's directory is.
	ts.Setenv("GOFLAGS", "-modcacherw -trimpath")
	ts.Setenv("GOBIN", ts.MkAbs("bin"))
	ts.Setenv("PATH", ts.MkAbs("bin")+string(filepath.ListSeparator)+ts.Getenv("PATH"))
}

// zipModule writes the files of the module that are compiled, as a module
// proxy has them.
func zipModule(name, root string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := zip.NewWriter(f)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (d.Name() == "testdata" || d.Name() == "docs" || strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		rel := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(path, root)), "/")
		if !d.Type().IsRegular() || strings.HasSuffix(rel, "_test.go") || strings.HasSuffix(rel, ".md") || rel == ".git" {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		entry, err := w.Create(modulePath + "@" + release + "/" + rel)
		if err != nil {
			return err
		}
		_, err = entry.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// cmdSteps is the script command "steps FILE": the commands of each step of
// the composite action become the files step1.sh, step2.sh and so on.
func cmdSteps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steps FILE")
	}
	steps := runBlocks(ts.ReadFile(args[0]))
	for i, s := range steps {
		name := ts.MkAbs("step" + string(rune('1'+i)) + ".sh")
		ts.Check(os.WriteFile(name, []byte("set -eo pipefail\n"+s), 0o666)) // as GitHub does
	}
}

// runBlocks returns the commands under "run:" in a workflow's YAML.
func runBlocks(yaml string) []string {
	var out []string
	indent := -1 // of the run: whose block this is
	for line := range strings.Lines(yaml) {
		text := strings.TrimLeft(line, " ")
		at := len(line) - len(text)
		if indent >= 0 && (at > indent || strings.TrimSpace(text) == "") {
			out[len(out)-1] += text
			continue
		}
		indent = -1
		if rest, ok := strings.CutPrefix(strings.TrimPrefix(text, "- "), "run: "); ok {
			if strings.TrimSpace(rest) == "|" {
				indent, rest = at, ""
			}
			out = append(out, rest)
		}
	}
	return out
}

// documented returns the commands in a page: the lines of sh blocks, the
// script of a GitLab job, the sh steps of a Jenkins pipeline.
func documented(page string) []string {
	item := regexp.MustCompile(`^\s+- ((?:go|git|backpressure) .*)$`)
	step := regexp.MustCompile(`^\s*sh '(.*)'$`)
	var out []string
	block := ""
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		if lang, ok := strings.CutPrefix(line, "```"); ok {
			block = lang
			continue
		}
		switch m := item.FindStringSubmatch(line); {
		case block == "sh" && strings.TrimSpace(line) != "":
			out = append(out, line)
		case block == "yaml" && m != nil:
			out = append(out, m[1])
		case block == "groovy":
			if m := step.FindStringSubmatch(line); m != nil {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// TestDocumentedCommands checks that a script runs every command of the pages
// about integrations, word for word.
func TestDocumentedCommands(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "ci*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var run []string
	for _, name := range scripts {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "-- ") {
				break
			}
			// exec sh -c 'COMMAND', code N sh -c 'COMMAND'
			if _, command, ok := strings.Cut(strings.TrimSpace(line), "sh -c '"); ok {
				run = append(run, strings.TrimSuffix(command, "'"))
			}
		}
	}
	n := 0
	for _, page := range []string{"govet.md", "ci.md", "baseline.md"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "docs", "integrations", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range documented(string(data)) {
			n++
			if !slices.Contains(run, command) {
				t.Errorf("%s: no script ci*.txtar runs: %s", page, command)
			}
		}
	}
	if n < 20 {
		t.Errorf("the pages have %d commands only: does the test still find them?", n)
	}
}

// TestHooks checks that the hooks for pre-commit run what the page says.
func TestHooks(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "integrations", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	said := documented(string(page))
	hooks := regexp.MustCompile(`(?m)^  entry: (.*)\n  args: \[(.*)\]$`).FindAllStringSubmatch(string(data), -1)
	if len(hooks) != 2 {
		t.Fatalf("found %d hooks", len(hooks))
	}
	for _, h := range hooks {
		command := h[1] + " " + strings.ReplaceAll(h[2], ",", "")
		if !slices.Contains(said, command) {
			t.Errorf("the page does not say that a hook runs %q", command)
		}
	}
}
