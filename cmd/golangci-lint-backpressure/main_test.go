package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/compilein"
)

// binaryVariable names the file to build golangci-lint into.
const binaryVariable = "GOLANGCI_LINT_BACKPRESSURE"

var built = flag.Bool("built", false, "do not build "+binaryVariable+": it is there")

// root is that of the checkout.
const root = "../.."

// binary builds golangci-lint as a user would, or skips the test.
func binary(t *testing.T) string {
	t.Helper()
	out := os.Getenv(binaryVariable)
	if out == "" {
		t.Skip("building golangci-lint takes minutes and 1 GB of build cache: " +
			binaryVariable + "=/tmp/golangci-lint go test ./cmd/golangci-lint-backpressure")
	}
	out, err := filepath.Abs(out)
	if err != nil {
		t.Fatal(err)
	}
	if !*built {
		run(t, root, nil, 0, "go", "run", "./cmd/golangci-lint-backpressure", "-o", out)
	}
	return out
}

// TestBinary runs golangci-lint on the corpus and on small modules.
func TestBinary(t *testing.T) {
	gcl := binary(t)
	bp := filepath.Join(t.TempDir(), "backpressure")
	run(t, root, nil, 0, "go", "build", "-o", bp, "./cmd/backpressure")
	h := &host{gcl: gcl, bp: bp, cache: t.TempDir()}
	t.Run("version", h.version)
	t.Run("nolint", h.nolint)
	t.Run("fix", h.fix)
	t.Run("newfromrev", h.newFromRev)
	t.Run("settings", h.settings)
	t.Run("badsettings", h.badSettings)
	t.Run("documented", h.documented)
	t.Run("partial", h.partial)
}

// A host is golangci-lint with the linter in it, and the tool to compare with.
type host struct{ gcl, bp, cache string }

// An issue is a finding as both tools tell it.
type issue struct {
	File string
	Line int
	Col  int
	Text string
}

func (i issue) String() string { return fmt.Sprintf("%s:%d:%d: %s", i.File, i.Line, i.Col, i.Text) }

// lint runs golangci-lint in dir, which is to exit with the code, and returns
// the issues and what it says besides.
func (h *host) lint(t *testing.T, dir string, code int, args ...string) (issues []issue, stderr string) {
	t.Helper()
	args = append([]string{"run", "--output.json.path=stdout", "--output.text.path=stderr", "--show-stats=false"}, args...)
	stdout, stderr := run(t, dir, []string{"GOLANGCI_LINT_CACHE=" + h.cache}, code, h.gcl, args...)
	if stdout == "" {
		return nil, stderr
	}
	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct {
				Filename     string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("output is %q: %v", stdout, err)
	}
	for _, i := range report.Issues {
		text := i.Text
		if i.FromLinter != "backpressure" {
			text = i.FromLinter + ": " + text
		}
		issues = append(issues, issue{filepath.ToSlash(i.Pos.Filename), i.Pos.Line, i.Pos.Column, text})
	}
	sortIssues(issues)
	return issues, stderr
}

// standalone runs the tool itself.
func (h *host) standalone(t *testing.T, dir string, code int, args ...string) []issue {
	t.Helper()
	stdout, _ := run(t, dir, nil, code, h.bp, append([]string{"-format", "json"}, args...)...)
	var list []struct {
		File      string
		Line, Col int
		Message   string
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatalf("output is %q: %v", stdout, err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	var issues []issue
	for _, f := range list {
		rel, err := filepath.Rel(dir, f.File)
		if err != nil {
			t.Fatal(err)
		}
		issues = append(issues, issue{filepath.ToSlash(rel), f.Line, f.Col, f.Message})
	}
	sortIssues(issues)
	return issues
}

func sortIssues(list []issue) {
	slices.SortFunc(list, func(a, b issue) int { return strings.Compare(a.String(), b.String()) })
}

// run runs a program, which is to exit with the code.
func run(t *testing.T, dir string, env []string, code int, name string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &err
	if e := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%s %s: %v, want exit code %d\n%s%s", filepath.Base(name), strings.Join(args, " "), e, code, out.Bytes(), err.Bytes())
	}
	return out.String(), err.String()
}

// TestUsage holds what the generator says before it builds anything.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"help", []string{"-h"}, 0, "Usage: golangci-lint-backpressure [flags] -o FILE"},
		{"nothing", nil, 2, "-o file"},
		{"argument", []string{"-o", "x", "y"}, 2, "-o file"},
		{"flag", []string{"-output", "x"}, 2, "-output"},
		{"directory", []string{"-o", "."}, 1, "is a directory"},
		{"nosource", []string{"-src", "testdata/none", "-o", "x"}, 1, "testdata/none"},
		{"othersource", []string{"-src", os.TempDir(), "-o", "x"}, 1, "is not a checkout of " + compilein.Module},
		{"version", []string{"-version", "2.15.0", "-o", "x"}, 1, `"2.15.0" is not a version`},
	} {
		var stderr bytes.Buffer
		if code := program.Main(context.Background(), &stderr, c.args); code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.name, code, c.code)
		}
		if !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%s: says %q, want %q in it", c.name, stderr.String(), c.want)
		}
	}
}

// TestExample holds that the example for golangci-lint custom builds the
// same thing.
func TestExample(t *testing.T) {
	example, err := os.ReadFile(filepath.Join(root, "docs", "integrations", "custom-gcl.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nversion: " + program.Version + "\n",
		"module: " + compilein.Module + "\n",
		"import: " + plugin + "\n",
	} {
		if !strings.Contains(string(example), want) {
			t.Errorf("the example lacks %q", want)
		}
	}
	if _, err := os.Stat(filepath.Join(root, strings.TrimPrefix(plugin, compilein.Module))); err != nil {
		t.Error(err)
	}
}
