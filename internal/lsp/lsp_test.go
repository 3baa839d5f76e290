package lsp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// serve is a server with a finding, whose fixes edit behind characters of
// several lengths.
const serve = `package serve

import "net"

func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go handle(c, "é𝄞")
	}
}

func handle(c net.Conn, _ string) {
	b := make([]byte, 10)
	for {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}
`

const module = `
-- go.mod --
module example.com/m

go 1.26
-- serve/serve.go --
` + serve

const acceptLoop = "unboundedgo/accept-loop"

// TestFixes goes from an open file to each of its fixes and back.
func TestFixes(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module)
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))

	list := b.codes(acceptLoop)
	d := list[0]
	if want := b.at("go handle"); d.Range != want {
		t.Errorf("range %v, want %v", d.Range, want)
	}
	if d.Severity != 2 || d.Source != "backpressure" || !strings.HasPrefix(d.Message, "goroutine per connection accepted from ln") {
		t.Errorf("diagnostic %+v", d)
	}
	if !strings.HasSuffix(d.CodeDescription.Href, "/docs/rules/unboundedgo.md#accept-loop") {
		t.Errorf("link %q", d.CodeDescription.Href)
	}
	if len(d.Related) == 0 || d.Related[0].Location.URI != uri(b.path) || d.Related[0].Location.Range.Start.Line != b.at("ln.Accept").Start.Line {
		t.Errorf("related %+v", d.Related)
	}
	if d.Data.Rule != "unboundedgo" || d.Data.Kind != "accept-loop" || len(d.Data.Fixes) < 2 {
		t.Errorf("data %+v", d.Data)
	}

	if list := b.actions("package serve"); len(list) > 0 {
		t.Errorf("actions where nothing was found: %v", list)
	}
	actions := b.actions("go handle")
	if len(actions) != len(d.Data.Fixes) {
		t.Fatalf("%d actions for the fixes %q", len(actions), d.Data.Fixes)
	}
	for i, a := range actions {
		if a.Kind != "quickfix" || a.IsPreferred != (i == 0) || a.Title != d.Data.Fixes[i] || len(a.Diagnostics) != 1 || a.Diagnostics[0].Code != d.Code {
			t.Errorf("action %d: %+v", i, a)
		}
	}
	for i, title := range d.Data.Fixes {
		a := b.actions("go handle")[i]
		if a.Title != title {
			t.Fatalf("action %d is %q, was %q", i, a.Title, title)
		}
		b.apply(a)
		if list := b.diagnostics(); len(list) > 0 {
			t.Errorf("after %q: %+v\n%s", title, list, b.text)
		}
		if content(t, b.path) != serve {
			t.Fatal("the server has written the file")
		}
		b.set(serve)
		b.codes(acceptLoop)
	}

	b.apply(b.actions("go handle")[0])
	b.save()
	b.codes()
	b.close()
	c.quit(0, "shutdown", "exit")
	if !slices.Contains(c.requests, "client/registerCapability") {
		t.Errorf("requests: %v", c.requests)
	}
}

// TestHover asks for explanations.
func TestHover(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module)
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	b.codes(acceptLoop)
	hover := func(old string) (r *struct {
		Contents struct{ Kind, Value string }
		Range    span
	}) {
		c.mustCall("textDocument/hover", map[string]any{"textDocument": b.id(), "position": b.at(old).Start}, &r)
		return r
	}
	if r := hover("package"); r != nil {
		t.Errorf("hover on nothing: %+v", r)
	}
	b.change("go handle", "/* é𝄞 */ go handle")
	if d := b.codes(acceptLoop)[0]; d.Range != b.at("go handle") {
		t.Errorf("range %v, want %v", d.Range, b.at("go handle"))
	}
	b.change("package serve", "// Package serve serves.\npackage serve") // findings move along at once
	r := hover("go handle")
	if r == nil {
		t.Fatal("no hover")
	}
	if r.Contents.Kind != "markdown" || r.Range != b.at("go handle") {
		t.Errorf("hover %+v", r)
	}
	for _, want := range []string{
		"**unboundedgo/accept-loop**: goroutine per connection accepted from ln",
		"A goroutine per connection, stream, session or channel that a peer opens.",
		"```go\n// WRONG\nfor {\n\tc, err := ln.Accept()",
		"Measured on [unboundedgo/acceptloop]",
		"| flagged | ",
		"| grows |",
		"docs/rules/unboundedgo.md#accept-loop)",
	} {
		if !strings.Contains(r.Contents.Value, want) {
			t.Errorf("no %q in\n%s", want, r.Contents.Value)
		}
	}
}

// TestUnsaved changes buffers, of which those of other packages matter too.
func TestUnsaved(t *testing.T) {
	t.Parallel()
	c, dir := open(t, `
-- go.mod --
module example.com/m

go 1.26
-- work/work.go --
package work

import "net"

func Do(c net.Conn) { handle(c) }

func handle(c net.Conn) {
	b := make([]byte, 10)
	for {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}
-- serve/serve.go --
package serve

import (
	"net"

	"example.com/m/work"
)

func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		work.Do(c)
	}
}
`)
	s := c.edit(filepath.Join(dir, "serve", "serve.go"))
	s.codes()
	w := c.edit(filepath.Join(dir, "work", "work.go"))
	w.codes()
	w.change("{ handle(c) }", "{ go handle(c) }") // a fact of another package, never saved
	s.codes(acceptLoop)
	w.change("{ go handle(c) }", "{ handle(c) }")
	s.codes()

	// A new file, which is on no disk.
	n := c.create(filepath.Join(dir, "serve", "new.go"), strings.NewReplacer("Serve(", "ServeNew(", "handle(", "handleNew(").Replace(serve))
	n.codes(acceptLoop)
	n.apply(n.actions("go handleNew")[0])
	n.codes()

	// What is closed without being saved is gone.
	w.change("{ handle(c) }", "{ go handle(c) }")
	s.codes(acceptLoop)
	w.close()
	s.codes()
}

// TestCache looks at what go vet's cache may hold: a package that was
// analysed as a dependency first, a text that was first read as a buffer.
func TestCache(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module+`
-- main.go --
package main

import "example.com/m/serve"

func main() { _ = serve.Serve }
`)
	m := c.edit(filepath.Join(dir, "main.go"))
	m.codes()
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	b.codes(acceptLoop)
	b.change("package serve", "// Text as it will be saved.\npackage serve")
	b.codes(acceptLoop)
	b.save()
	m.close()
	b.close()
	c.quit(0, "shutdown", "exit")

	c = start(t)
	c.initialize(nil)
	b = c.edit(b.path)
	if d := b.codes(acceptLoop)[0]; d.Range != b.at("go handle") || d.Related[0].Location.URI != uri(b.path) {
		t.Errorf("out of the cache: %+v", d)
	}
	b.apply(b.actions("go handle")[0])
	b.codes()
}

// TestModules opens files of several modules.
func TestModules(t *testing.T) {
	t.Parallel()
	c, dir := open(t, `
-- one/go.mod --
module example.com/one

go 1.26
-- one/serve.go --
`+serve+`
-- two/go.mod --
module example.com/two

go 1.26
-- two/deep/down/serve.go --
`+serve+`
-- two/vendor/example.com/x/serve.go --
`+serve)
	one := c.edit(filepath.Join(dir, "one", "serve.go"))
	two := c.edit(filepath.Join(dir, "two", "deep", "down", "serve.go"))
	one.codes(acceptLoop)
	two.codes(acceptLoop)
	one.apply(one.actions("go handle")[0])
	one.codes()
	two.apply(two.actions("go handle")[1])
	two.codes()
	two.close()
	c.edit(filepath.Join(dir, "two", "vendor", "example.com", "x", "serve.go"))
	c.said("window/logMessage", "a file of a dependency")
	one.set(serve)
	one.codes(acceptLoop)
}

// TestWorkspace opens files of a go.work, of a module that is not used by
// it, and has it used.
func TestWorkspace(t *testing.T) {
	t.Parallel()
	c, dir := open(t, `
-- go.work --
go 1.26

use (
	./one
	./two
)
-- one/go.mod --
module example.com/one

go 1.26
-- one/one.go --
package one

import (
	"net"

	"example.com/two"
)

func Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		two.Spawn(c)
	}
}
-- two/go.mod --
module example.com/two

go 1.26
-- two/two.go --
package two

import "net"

func Spawn(c net.Conn) { go handle(c) }

func handle(c net.Conn) {
	b := make([]byte, 10)
	for {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}
-- three/go.mod --
module example.com/three

go 1.26
-- three/serve.go --
`+serve)
	one := c.edit(filepath.Join(dir, "one", "one.go"))
	one.codes(acceptLoop)
	two := c.edit(filepath.Join(dir, "two", "two.go"))
	two.change("go handle(c)", "handle(c)")
	one.codes()
	three := c.edit(filepath.Join(dir, "three", "serve.go"))
	three.codes(acceptLoop)

	write(t, filepath.Join(dir, "go.work"), "go 1.26\n\nuse (\n\t./one\n\t./two\n\t./three\n)\n")
	c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri(filepath.Join(dir, "go.work")), "type": 2}}})
	three.change("package serve", "package serve // of the workspace")
	three.codes(acceptLoop)
}

// TestBroken analyses what cannot be, and what stands beside it.
func TestBroken(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module+`
-- imports/a.go --
package imports

import _ "example.com/elsewhere"
`)
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	b.codes(acceptLoop)

	// What was found stays, where it has moved to, and nothing is offered.
	b.change("import \"net\"", "import \"net\"\n\nvar _ = undefined")
	if d := b.codes(acceptLoop)[0]; d.Range != b.at("go handle") {
		t.Errorf("range %v, want %v", d.Range, b.at("go handle"))
	}
	c.said("window/logMessage", filepath.FromSlash("serve/serve.go:5:9: undefined: undefined"))
	if list := b.actions("go handle"); len(list) > 0 {
		t.Errorf("actions in what does not compile: %v", list)
	}
	b.change("undefined", "=")
	c.said("window/logMessage", filepath.FromSlash("serve/serve.go:5:9: expected"))
	b.set(serve)
	b.codes(acceptLoop)
	c.said("window/logMessage", "is analysed again")

	// A package that cannot even be loaded does not keep others from it.
	c.edit(filepath.Join(dir, "imports", "a.go"))
	c.said("window/logMessage", "no required module provides package example.com/elsewhere")
	b.apply(b.actions("go handle")[0])
	b.codes()

	// Nor does a broken module end the session.
	write(t, filepath.Join(dir, "go.mod"), "modle example.com/m\n")
	b.set(serve)
	b.save()
	c.said("window/showMessage", "unknown directive: modle")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	b.change("package serve", "package serve // mended")
	b.codes(acceptLoop)
	c.quit(0, "shutdown", "exit")
}

// TestNoGo runs where Go is missing, and where there is no module.
func TestNoGo(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module, "PATH="+t.TempDir())
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	c.said("window/showMessage", "the go command is not in PATH")
	if list := b.actions("go handle"); len(list) > 0 {
		t.Errorf("actions: %v", list)
	}

	// Settings may say where it is.
	c.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{
		"backpressure": map[string]any{"env": map[string]any{"PATH": os.Getenv("PATH")}},
	}})
	b.codes(acceptLoop)

	c.create(filepath.Join(t.TempDir(), "loose.go"), serve)
	c.said("window/showMessage", "is not part of a module")
}

// TestSettings asks for other rules, and wrongly.
func TestSettings(t *testing.T) {
	t.Parallel()
	dir := files(t, module)
	c := start(t)
	c.initialize(map[string]any{"flags": []string{"-rules=unboundedgo/handler", "-unboundedgo.limit=7"}})
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	b.codes()
	configure := func(s any) { c.notify("workspace/didChangeConfiguration", map[string]any{"settings": s}) }
	configure(map[string]any{"gopls": map[string]any{}}) // another server's
	configure(map[string]any{"flags": []string{"-rules=nothing"}})
	c.said("window/showMessage", `no rule is called "nothing"`)
	configure(map[string]any{"backpressure": map[string]any{"flgas": []string{}}})
	c.said("window/showMessage", `unknown field "flgas"`)
	configure(map[string]any{"flags": []string{"-unboundedgo.limit", "7", "-rules", "unboundedgo"}, "buildFlags": []string{"-mod=mod"}})
	b.codes(acceptLoop)
	b.apply(b.actions("go handle")[0])
	if !strings.Contains(b.text, "maxHandle = 7") {
		t.Errorf("limit not set:\n%s", b.text)
	}
}

// TestConfiguration changes the project's file between two analyses.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	c, dir := open(t, module+`
-- .backpressure.yaml --
disable: [unboundedgo/accept-loop]
`)
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	b.codes()
	write(t, filepath.Join(dir, ".backpressure.yaml"), "unboundedgo: {limit: 7}\n")
	b.save()
	b.codes(acceptLoop)
	b.apply(b.actions("go handle")[0])
	if !strings.Contains(b.text, "maxHandle = 7") {
		t.Errorf("limit not set:\n%s", b.text)
	}
}

// slowGo stands before the go command in PATH: its first go vet does not end
// by itself.
const slowGo = `#!/bin/sh
if [ "$1" = vet ] && mkdir "$0.once" 2>/dev/null; then
	trap 'touch "$0.interrupted"; exit 1' INT
	touch "$0.started"
	sleep 600 & wait
fi
exec "$REALGO" "$@"
`

// TestCancel withdraws requests, and changes what is being analysed.
func TestCancel(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the go command is a shell script here")
	}
	bin := t.TempDir()
	script := filepath.Join(bin, "go")
	if err := os.WriteFile(script, []byte(slowGo), 0o777); err != nil {
		t.Fatal(err)
	}
	real := filepath.Join(runtime.GOROOT(), "bin", "go")
	c, dir := open(t, module, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "REALGO="+real)
	b := c.edit(filepath.Join(dir, "serve", "serve.go"))
	c.until("progress", func() bool { return slices.Contains(c.progress, "begin") })

	id := b.ask("go handle")
	c.notify("$/cancelRequest", map[string]any{"id": id})
	if a := c.answer(id); a.Error == nil || a.Error.Code != -32800 {
		t.Errorf("cancelled request: %+v", a)
	}

	// The change ends the run, and voids the question.
	id = b.ask("go handle")
	b.change("package serve", "package serve // changed")
	if a := c.answer(id); a.Error == nil || a.Error.Code != -32801 {
		t.Errorf("overtaken request: %+v", a)
	}
	b.codes(acceptLoop)
	if _, err := os.Stat(script + ".interrupted"); err != nil {
		t.Errorf("the run was not ended: %v", err)
	}
	c.until("end of progress", func() bool { return slices.Contains(c.progress, "end") })

	// The end of the session ends a run as well.
	os.Remove(script + ".interrupted")
	os.Remove(script + ".once")
	os.Remove(script + ".started")
	b.change("package serve", "package serve // and")
	for {
		if _, err := os.Stat(script + ".started"); err == nil {
			break
		}
	}
	c.quit(0, "shutdown", "exit")
	if _, err := os.Stat(script + ".interrupted"); err != nil {
		t.Errorf("the run was not ended: %v", err)
	}
}

// TestLife is about the beginning and the end.
func TestLife(t *testing.T) {
	t.Parallel()
	c := start(t)
	if a := c.call("textDocument/hover", map[string]any{}); a.Error == nil || a.Error.Code != -32002 {
		t.Errorf("hover before initialize: %+v", a)
	}
	c.initialize(nil)
	for _, q := range []struct {
		method string
		params any
		code   int
	}{
		{"initialize", map[string]any{}, -32600},
		{"textDocument/definition", map[string]any{}, -32601},
		{"textDocument/hover", []int{1}, -32602},
		{"textDocument/codeAction", map[string]any{"range": "everything"}, -32602},
	} {
		if a := c.call(q.method, q.params); a.Error == nil || a.Error.Code != q.code {
			t.Errorf("%s: %+v, want error %d", q.method, a, q.code)
		}
	}
	c.send("no message at all")
	c.until("parse error", func() bool { a, ok := c.answers["null"]; return ok && a.Error != nil && a.Error.Code == -32700 })

	// What is not a file, or not open, is not worth a word.
	c.notify("$/setTrace", map[string]any{"value": "off"})
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": "untitled:Untitled-1", "text": serve}})
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": "file:///nowhere.go", "version": 2}})
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": "%"}})
	var result json.RawMessage
	c.mustCall("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": "file:///nowhere.go"}}, &result)

	if a := c.call("shutdown", nil); a.Error != nil {
		t.Errorf("shutdown: %+v", a)
	}
	if a := c.call("textDocument/hover", map[string]any{}); a.Error == nil || a.Error.Code != -32600 {
		t.Errorf("hover after shutdown: %+v", a)
	}
	c.quit(0, "exit")

	start(t).quit(1, "exit")
	start(t).quit(1)
	c = start(t)
	c.in.Write([]byte("Content-Length: many\r\n\r\n"))
	c.wait()
	if code := c.cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(c.stderr.String(), `malformed header "Content-Length: many"`) {
		t.Errorf("exit code %d after a malformed header: %s", code, &c.stderr)
	}
}
