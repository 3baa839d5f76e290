package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/backpressure-go/backpressure/internal/compilein"
)

const (
	// binaryVariable names the file to build gopls into.
	binaryVariable = "GOPLS_BACKPRESSURE"
	// versionVariable is the version to build, if not the default.
	versionVariable = "GOPLS_BACKPRESSURE_VERSION"
)

var built = flag.Bool("built", false, "do not build "+binaryVariable+": it is there")

// root is that of the checkout.
const root = "../.."

// binary builds gopls as a user would, or skips the test.
func binary(t *testing.T) string {
	t.Helper()
	out := os.Getenv(binaryVariable)
	if out == "" {
		t.Skip("building gopls takes minutes: " + binaryVariable + "=/tmp/gopls go test ./cmd/gopls-backpressure")
	}
	out, err := filepath.Abs(out)
	if err != nil {
		t.Fatal(err)
	}
	if !*built {
		args := []string{"run", "./cmd/gopls-backpressure", "-o", out}
		if v := os.Getenv(versionVariable); v != "" {
			args = append(args, "-version", v)
		}
		run(t, root, "go", args...)
	}
	return out
}

// run runs a program, which is to succeed, and returns what it prints.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String()
}

// The tests share a server's cache of results, and run in order.
func TestBinary(t *testing.T) {
	gopls := binary(t)
	t.Setenv("GOPLSCACHE", t.TempDir())
	t.Run("version", func(t *testing.T) {
		if got, want := run(t, root, gopls, "version"), "-backpressure-"; !strings.Contains(got, want) {
			t.Errorf("version is %q, want %q in it", got, want)
		}
	})
	t.Run("diagnostic", func(t *testing.T) { testDiagnostic(t, gopls) })
	t.Run("fixes", func(t *testing.T) { testFixes(t, gopls) })
	t.Run("facts", func(t *testing.T) { testFacts(t, gopls) })
	t.Run("comments", func(t *testing.T) { testComments(t, gopls) })
	t.Run("off", func(t *testing.T) { testOff(t, gopls) })
}

// serve is a case of the corpus with one finding, and the marker. The line
// above it has characters that are longer in UTF-8 than in UTF-16.
func serve(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "testdata", "unboundedgo", "acceptloop", "serve.go"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if !strings.Contains(text, "\t\tgo s.serve(c)") {
		t.Fatal("the case has changed")
	}
	return strings.Replace(text, "\t\tgo s.serve(c)", "\t\t_ = `é𝄞`\n\t\tgo s.serve(c)", 1) +
		"\nfunc unused() {}\n"
}

// module writes files of a module.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod"] = "module example.com/serve\n\ngo 1.26\n"
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// testDiagnostic opens a file and looks at all that its diagnostic carries.
func testDiagnostic(t *testing.T, gopls string) {
	text := strings.Replace(serve(t), "`\n\t\tgo", "`; go", 1) // in the line itself
	c := connect(t, gopls, module(t, map[string]string{"serve.go": text}), nil)
	b := c.open("serve.go")
	d := b.diagnostics("unboundedgo", 1)[0]
	if !strings.Contains(d.Message, "goroutine per connection accepted from ln") {
		t.Errorf("message is %q", d.Message)
	}
	if want := "/docs/rules/unboundedgo.md"; d.CodeDescription == nil || !strings.Contains(d.CodeDescription.Href, want) {
		t.Errorf("link is %+v, want %s in it", d.CodeDescription, want)
	}
	if d.Code != "accept-loop" {
		t.Errorf("code is %v, want accept-loop", d.Code)
	}
	if len(d.Related) == 0 {
		t.Error("no related information")
	}
	for _, r := range d.Related {
		if r.Message == "" || r.Location.URI != b.uri {
			t.Errorf("related information is %+v", r)
		}
	}
	start := b.offset(d.Range.Start)
	if got := text[start:b.offset(d.Range.End)]; got != "go s.serve" {
		t.Errorf("the range is %q", got)
	}
}

// testFixes applies each alternative to a buffer that is never saved.
func testFixes(t *testing.T, gopls string) {
	text := serve(t)
	dir := module(t, map[string]string{"serve.go": text})
	list := standalone(t, dir)
	if len(list) != 1 || len(list[0].Fixes) < 2 {
		t.Fatalf("the tool says %+v, want a finding with alternatives", list)
	}
	var want []string
	for _, f := range list[0].Fixes {
		want = append(want, f.Message)
	}
	c := connect(t, gopls, dir, nil)
	b := c.open("serve.go")
	d := b.diagnostics("unboundedgo", 1)[0]
	for i, title := range want {
		actions := b.actions(d)
		var got []string
		for _, a := range actions {
			got = append(got, a.Title)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("quick fixes are %q, want those of the tool, %q", got, want)
		}
		b.apply(actions[i])
		b.diagnostics("unboundedgo", 0)
		for _, d := range c.published(b.uri) {
			ours := d.CodeDescription != nil && strings.Contains(d.CodeDescription.Href, compilein.Module)
			if ours || d.Severity == 1 {
				t.Errorf("after %q there is %+v, want neither errors nor findings of any rule", title, d)
			}
		}
		b.change(text)
		d = b.diagnostics("unboundedgo", 1)[0]
	}
	saved, err := os.ReadFile(filepath.Join(dir, "serve.go"))
	if err != nil {
		t.Fatal(err)
	}
	if string(saved) != text {
		t.Error("the file on disk has changed")
	}
}

// testFacts changes a package in an unsaved buffer and looks at its importer.
func testFacts(t *testing.T, gopls string) {
	const crew = "package crew\n\n// Run runs f.\nfunc Run(f func()) { go f() }\n"
	text := strings.Replace(serve(t), "go s.serve(c)", "crew.Run(func() { s.serve(c) })", 1)
	text = strings.Replace(text, "\t\"time\"\n)", "\t\"time\"\n\n\t\"example.com/serve/crew\"\n)", 1)
	c := connect(t, gopls, module(t, map[string]string{"serve.go": text, "crew/crew.go": crew}), nil)
	b := c.open("serve.go")
	b.diagnostics("unboundedgo", 1)
	other := c.open("crew/crew.go")
	other.change(strings.Replace(crew, "go f()", "f()", 1))
	b.later("unboundedgo", 0)
	other.change(crew)
	b.later("unboundedgo", 1)
}

// testComments answers a finding by a comment, and removes what is found.
func testComments(t *testing.T, gopls string) {
	text := serve(t)
	c := connect(t, gopls, module(t, map[string]string{"serve.go": text}), nil)
	b := c.open("serve.go")
	b.diagnostics("unboundedgo", 1)
	const comment = " //backpressure:ignore unboundedgo/accept-loop the listener is limited"
	b.change(strings.Replace(text, "go s.serve(c)", "go s.serve(c)"+comment, 1))
	b.diagnostics("unboundedgo", 0)
	b.diagnostics("directives", 0)
	b.change(strings.Replace(text, "go s.serve(c)", "s.serve(c)"+comment, 1))
	if d := b.diagnostics("directives", 1)[0]; !strings.Contains(d.Message, "nothing to ignore") {
		t.Errorf("message is %q", d.Message)
	}
}

// testOff holds that gopls' own settings rule.
func testOff(t *testing.T, gopls string) {
	c := connect(t, gopls, module(t, map[string]string{"serve.go": serve(t)}),
		map[string]any{"analyses": map[string]any{"unboundedgo": false}})
	b := c.open("serve.go")
	if got := b.diagnostics("unboundedgo", 0); len(got) > 0 {
		t.Errorf("found %+v", got)
	}
}

// TestUsage holds what the generator says before it builds anything.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"help", []string{"-h"}, 0, "Usage: gopls-backpressure [flags] -o FILE"},
		{"versions", []string{"-h"}, 0, "tested are v0.22.0 and v0.23.0"},
		{"nothing", nil, 2, "-o file"},
		{"othersource", []string{"-src", os.TempDir(), "-o", "x"}, 1, "is not a checkout of " + compilein.Module},
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
